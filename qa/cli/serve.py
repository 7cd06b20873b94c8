"""``wenju serve``."""

from typing import Annotated

import typer

from qa.cli.options import LibraryOption, NoReaderOption, open_library
from qa.server.logs import Log
from qa.sharing.libraries import Shared


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option(help="The interface to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The port to listen on; 0 for any that is free.")
    ] = 7860,
    public_name: Annotated[
        str | None,
        typer.Option(
            "--public-name",
            metavar="NAME",
            help="The host name under which a proxy on this machine serves it to others.",
        ),
    ] = None,
    proxies: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=16,
            help="Proxies that a request passes; the client's address is the one that the "
            "first of them appended to X-Forwarded-For. Default: $WENJU_PROXIES, else 1 with "
            "--public-name, else 0.",
        ),
    ] = None,
    processes: Annotated[
        int,
        typer.Option(
            min=0,
            max=64,
            help="Processes that answer scripts beside the server's own, one for each core to "
            "use; each takes some 200 MB.",
        ),
    ] = 0,
    log: Annotated[
        Log, typer.Option(help="What to log of each request; never a token.")
    ] = Log.NOTHING,
    no_reader: NoReaderOption = False,
    library: LibraryOption = None,
) -> None:
    """Serve the chat, the HTTP endpoints and the MCP tools, until Ctrl-C.

    Where others can reach it, each request needs a token: wenju tokens create.

    Examples:
      wenju serve --port 8000 --library papers.library
      wenju serve --processes 4
    """
    with open_library(library, no_reader=no_reader, wait=False) as opened:
        from qa.server import running  # here, because importing Gradio takes seconds

        libraries = Shared(opened, editable=True)  # qa.server.authentication checks who may write
        running.serve(
            libraries,
            host,
            port,
            public_name=public_name,
            proxies=proxies,
            processes=processes,
            log=log,
        )
