"""Help that keeps the layout of its lists and examples, like a manual page."""

import inspect

import typer


def keep_layout(app: typer.Typer) -> None:
    """Keep the layout of the help of each command of an app, and of the apps within it."""
    for command in app.registered_commands:
        command.help = as_written(inspect.getdoc(command.callback) or "")
    for group in app.registered_groups:
        if group.typer_instance is not None:
            keep_layout(group.typer_instance)


def as_written(text: str) -> str:
    """Return the text with Typer's mark before each paragraph that has an indented line.

    Without the mark, a backspace, Typer rewraps the lines of a paragraph.
    """
    paragraphs = text.split("\n\n")
    return "\n\n".join(f"\b\n{one}" if "\n " in one else one for one in paragraphs)
