"""``wenju serve``."""

from typing import Annotated

import typer

from qa.cli.options import LibraryOption, open_library
from qa.libraries import Shared


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option(help="The interface to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 7860,
    library: LibraryOption = None,
) -> None:
    """Open the chat in the browser, until Ctrl-C."""
    with open_library(library) as opened:
        from qa.ui import launch  # Gradio takes seconds to import

        typer.echo(f"http://{host}:{port}", err=True)
        alone = host in ("localhost", "127.0.0.1", "::1")
        launch(Shared(opened, editable=alone), host=host, port=port)
