"""``wenju tokens``: create, list and revoke access tokens."""

from dataclasses import asdict
from typing import Annotated

import typer

from qa.cli.options import JsonOption, LibraryOption
from qa.cli.output import echo, print_json, shown
from qa.server.access_tokens import AccessToken, AccessTokens
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
    secret = AccessTokens(folder_of(library)).create(name, writes=write)
    if as_json:
        print_json({"token": secret, "name": name, "writes": write})
    else:
        echo(secret)


def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the tokens, by name and id; the tokens themselves are not kept."""
    listed = AccessTokens(folder_of(library)).all()
    if as_json:
        print_json([_public(token) for token in listed])
        return
    if not listed:
        echo("There are no tokens. Make one: wenju tokens create --name NAME", err=True)
    for token in listed:
        access = "reads, writes" if token.writes else "reads"
        echo(shown(f"{token.id}  {token.created_at}  {access:13}  {token.name}"))


def revoke(
    token: Annotated[str, typer.Argument(help="The name or the id of a token.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a token back; the very next request with it is refused."""
    revoked = AccessTokens(folder_of(library)).revoke(token)
    if as_json:
        print_json(_public(revoked))
    else:
        echo(shown(f"revoked {revoked.id}  {revoked.name}"))


def _public(token: AccessToken) -> dict[str, object]:
    """Return the fields of a token without its digest."""
    fields = {"id": token.id, **asdict(token)}
    del fields["digest"]
    return fields
