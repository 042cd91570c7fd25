"""The people whose log-ins the demo shows."""

from dataclasses import replace

from demo.log_ins import CAST, address_of
from demo.making import Making
from demo.people import Crowd, Person

ACCOUNT_DAYS = 400


def invent(crowd: Crowd) -> dict[str, Person]:
    """By role. They all read English, so that whoever tries the log-ins does."""
    return {
        role: replace(crowd.named(name, domain, company, kind, email=address_of(role)), locale="en")
        for role, (name, domain, company, kind) in CAST.items()
    }


def open_accounts(making: Making, cast: dict[str, Person]) -> dict[str, int]:
    """Accounts by role."""
    return {
        role: making.account(person, days=ACCOUNT_DAYS, is_administrator=role == "administrator")
        for role, person in cast.items()
    }
