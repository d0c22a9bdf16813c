"""The documents that are written from the code: settings from their class, commands from their help,
rules from what the comparison says of their examples."""

import click

from interfaces.cli import COMMANDS, sundial
from interfaces.settings import PREFIX, Settings

_NOTE = "<!-- Written by `sundial docs` from the code; change it there. -->\n\n"


def settings_page() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return (
        f"{_NOTE}# Settings\n\nSundial is set up by environment variables alone. Each may also be given as "
        "`NAME_FILE`: a file that holds the value, as container platforms hand secrets in.\n\n"
        "| variable | default | meaning |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def commands_page() -> str:
    """Return docs/commands.md."""
    context = click.Context(sundial, info_name="sundial", **sundial.context_settings)
    parts = [f"{_NOTE}# The `sundial` command\n\n{_fenced(sundial, context)}"]
    for name in sorted(COMMANDS):
        parts += _described(sundial.get_command(context, name), name, context)
    return "\n".join(parts)


def rules_page() -> str:
    """Return docs/rules.md."""
    from diffing.catalogue import catalogue
    from diffing.rules_page import page

    return page(catalogue())


def _described(command: click.Command | None, name: str, parent: click.Context) -> list[str]:
    if command is None or command.hidden:
        return []
    context = click.Context(command, info_name=name, parent=parent)
    parts = [f"## `{context.command_path}`\n\n{_fenced(command, context)}"]
    if isinstance(command, click.Group):
        for one in command.list_commands(context):
            parts += _described(command.get_command(context, one), one, context)
    return parts


def _fenced(command: click.Command, context: click.Context) -> str:
    context.terminal_width = 88
    return f"```text\n{command.get_help(context)}\n```\n"


def _default(value: object) -> str:
    return f"`{value}`" if value not in ("", None) else "empty"
