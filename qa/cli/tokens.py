"""``wenju tokens``: who may use a library over the network."""

from dataclasses import asdict
from typing import Annotated

import typer

from qa.cli.options import JsonOption, LibraryOption, print_json, shown
from qa.server.tokens import Token, Tokens
from qa.storage.opening import folder_of


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    tokens = typer.Typer(
        help="Who may use the library over the network.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    tokens.command("create")(create)
    tokens.command("list")(list_)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="tokens")


def create(
    name: Annotated[str, typer.Option("--name", help="Who or what it is for.")],
    write: Annotated[bool, typer.Option("--write", help="May change the library too.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it; it is shown this once.

    Examples:
      wenju tokens create --name phone
    """
    secret = Tokens(folder_of(library)).create(name, writes=write)
    if as_json:
        print_json({"token": secret, "name": name, "writes": write})
    else:
        typer.echo(secret)


def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the tokens, by name and id; the tokens themselves are not kept."""
    listed = Tokens(folder_of(library)).all()
    if as_json:
        print_json([_public(token) for token in listed])
    elif not listed:
        typer.echo("There are no tokens. Make one: wenju tokens create --name NAME", err=True)
    for token in () if as_json else listed:
        right = "reads, writes" if token.writes else "reads"
        typer.echo(shown(f"{token.id}  {token.created_at}  {right:13}  {token.name}"))


def revoke(
    token: Annotated[str, typer.Argument(help="The name or the id of a token.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a token back; the very next request with it is refused."""
    gone = Tokens(folder_of(library)).revoke(token)
    if as_json:
        print_json(_public(gone))
    else:
        typer.echo(shown(f"revoked {gone.id}  {gone.name}"))


def _public(token: Token) -> dict[str, object]:
    return {"id": token.id, **{k: v for k, v in asdict(token).items() if k != "digest"}}
