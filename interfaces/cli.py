"""The `sundial` command: one group a noun, each in its own file under `commands/`.

Exit codes: 0 done, or safe; 1 refused by policy, unsafe or not proven; 2 the call or its input is wrong.
"""

import importlib
import sys

import click
from pydantic import ValidationError

COMMANDS: dict[str, str] = {
    "alarms": "interfaces.commands.alarms:alarms",
    "api": "interfaces.commands.apis:api",
    "brownout": "interfaces.commands.brownouts:brownout",
    "can-remove": "interfaces.commands.verdicts:can_remove",
    "compare": "interfaces.commands.publishing:compare",
    "consumer": "interfaces.commands.consumers:consumer",
    "contact": "interfaces.commands.contacts:contact",
    "contract": "interfaces.commands.contracts:contract",
    "database": "interfaces.commands.operating:database",
    "deprecation": "interfaces.commands.deprecation_family:deprecation",
    "docs": "interfaces.commands.docs:docs",
    "edge": "interfaces.commands.edge:edge",
    "examples": "interfaces.commands.operating:examples",
    "freeze": "interfaces.commands.brownouts:freeze",
    "gate": "interfaces.commands.removal_gate:gate",
    "headers": "interfaces.commands.deprecations:headers",
    "impact": "interfaces.commands.impacts:impact",
    "ingest": "interfaces.commands.usage:ingest",
    "lint-edge": "interfaces.commands.edge:lint",
    "mail": "interfaces.commands.mail:mail",
    "operation": "interfaces.commands.apis:operation",
    "owner": "interfaces.commands.owners:owner",
    "publish": "interfaces.commands.publishing:publish",
    "replay": "interfaces.commands.publishing:replay",
    "repository": "interfaces.commands.repositories:repository",
    "rules": "interfaces.commands.rules:rules",
    "scheduler": "interfaces.commands.operating:scheduler",
    "serve": "interfaces.commands.operating:serve",
    "sign-in": "interfaces.commands.access:sign_in",
    "source": "interfaces.commands.sources:source",
    "suppression": "interfaces.commands.suppressions:suppression",
    "template": "interfaces.commands.templates:template",
    "token": "interfaces.commands.access:token",
    "user": "interfaces.commands.users:user",
}
"""Every command, loaded only when it is called."""

_MISTAKE = 2


class _Commands(click.Group):
    """A group that imports a command when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - for the type checker
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sundial")
def sundial() -> None:
    """Say what breaks whom when an API changes, and see every ending through.

    Settings come from the environment (SUNDIAL_…); docs/settings.md lists them.
    """


def run() -> None:
    """Run the command and exit with its code; a mistake is one clear line on stderr."""
    from sqlalchemy.exc import OperationalError

    from interfaces.refusals import REFUSALS

    try:
        sys.exit(sundial(standalone_mode=True))
    except ValidationError as error:
        wrong = (f"SUNDIAL_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        click.echo("sundial: a setting is wrong: " + "; ".join(wrong), err=True)
        sys.exit(_MISTAKE)
    except OperationalError as error:
        said = str(error.orig).strip().splitlines()
        click.echo(f"sundial: the database can't be used (SUNDIAL_DATABASE_URL): {said[0]}", err=True)
        sys.exit(_MISTAKE)
    except REFUSALS as error:
        click.echo(f"sundial: {error}", err=True)
        sys.exit(_MISTAKE)


if __name__ == "__main__":
    run()
