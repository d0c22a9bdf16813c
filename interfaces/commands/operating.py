"""What an operator runs: `sundial serve`, `scheduler`, `database`, `examples`."""

import sys

import click

from interfaces.commands.setting import surroundings
from interfaces.runtime import make_runtime
from interfaces.settings import Settings


@click.command()
def serve() -> None:
    """Start web server and scheduler, and print a link that signs the first administrator in."""
    from interfaces.serve import serve as run_all

    sys.exit(run_all(make_runtime(Settings())))


@click.command()
def scheduler() -> None:
    """Run what happens by itself: pushes, comparisons, lifecycles, notices, mail, retention."""
    from interfaces.logs import set_up_logs
    from interfaces.scheduler import run_scheduler

    around = surroundings()
    set_up_logs(around.settings.log_format)
    run_scheduler(around)


@click.group()
def database() -> None:
    """Look after the database."""


@database.command("upgrade")
def upgrade() -> None:
    """Apply the migrations that the database still lacks."""
    from interfaces.migrate import upgrade as apply

    settings = Settings()
    make_runtime(settings)
    apply(settings.database)
    click.echo("The database is up to date.")


@database.command("check")
def check() -> None:
    """Say whether the migrations give the tables that the models describe."""
    import tempfile

    from alembic.util import CommandError

    from interfaces.migrate import check as compare
    from interfaces.migrate import upgrade as apply

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/check.db"
        apply(url)
        try:
            compare(url)
        except CommandError as error:
            click.echo(f"sundial: {error}", err=True)
            sys.exit(1)


@database.command("revision", hidden=True)
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration for what the models say and the last migration lacks."""
    import tempfile

    from interfaces.migrate import new_revision
    from interfaces.migrate import upgrade as apply

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/revision.db"
        apply(url)
        new_revision(url, message)


@click.command()
@click.option("--remove", is_flag=True, help="Take the example company away.")
def examples(remove: bool) -> None:
    """Load the example company, or take it away with everything that hangs on it."""
    from interfaces.example import load_whole, remove_all

    around = surroundings()
    if remove:
        click.echo(f"{remove_all(around)} example APIs and all that hung on them are gone.")
        return
    load_whole(around, click.echo)
    click.echo("The example company is there.")
