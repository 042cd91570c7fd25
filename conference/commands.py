"""Commands of this floor."""

from collections.abc import Callable

import click
from flask.cli import with_appcontext

from conference.actor import SYSTEM
from conference.service import offices
from conference.work import Work, writing
from plumbing.answers import Conflict, Invalid, Missing
from plumbing.cli import add_command

END = click.option("--end", "ends", is_flag=True, help="Ends it instead.")


@click.command("administrator")
@click.argument("address")
@END
@with_appcontext
def administrator_command(address: str, ends: bool) -> None:
    """Makes the account with this mail ADDRESS an administrator, who adds communities, conferences and their chairs."""
    is_new = _appoint(address, lambda work: offices.appoint_administrator(work, email=address, ends=ends))
    _say(address, "an administrator", ends, is_new)


@click.command("organiser")
@click.argument("address")
@click.option("--community", required=True, help="Slug of the community.")
@END
@with_appcontext
def organiser_command(address: str, community: str, ends: bool) -> None:
    """Makes the account with this mail ADDRESS an organiser of a community, who adds conferences to it."""

    def appoint(work: Work) -> bool:
        return offices.appoint_organiser(work, email=address, community_slug=community, ends=ends)

    is_new = _appoint(address, appoint, community)
    _say(address, f"an organiser of {community}", ends, is_new)


def _appoint(address: str, appoint: Callable[[Work], bool], community: str = "") -> bool:
    try:
        with writing(SYSTEM) as work:
            return appoint(work)
    except Missing as missing:
        if str(missing) == "community":
            raise click.ClickException(f"There is no community “{community}”.") from None
        raise click.ClickException(
            f"There is no account with the address {address}. Please create it on the sign-up page first."
        ) from None
    except (Conflict, Invalid) as error:
        raise click.ClickException(f"{address}: {error.reason}") from None


def _say(address: str, office: str, ends: bool, is_new: bool) -> None:
    if is_new:
        click.echo(f"{address} is {'no longer' if ends else 'now'} {office}.")
    else:
        click.echo(f"{address} was {'not ' if ends else ''}{office} before; nothing has changed.")


def add_all() -> None:
    add_command("", administrator_command)
    add_command("", organiser_command)
