"""Short ways to do what people do with the form."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.work import reading
from tests import factories

NEW = "/pyfest27/cfp/calls/main/new"
NEW_AUTOSAVE = "/pyfest27/cfp/calls/main/autosave"


def fields(cast: factories.Cast, **changed: Any) -> dict[str, Any]:
    """A complete talk, as a browser sends it."""
    return {
        "title": "Engines that weave",
        "abstract": "How we wove **algebra**, and what went wrong.",
        "notes": "Shown once before.",
        "session_type": str(cast.talk_type),
        "track": str(cast.tracks[0]),
        "language": "en",
        "presenter_kind": "user",
        "name": "Ada Lovelace",
        "affiliation": "Acme Engines",
        "biography": "Writes programs.",
        "conflicts": "",
        "row": ["me"],
        **changed,
    }


def edit_path(ref: str) -> str:
    return f"/pyfest27/cfp/proposals/mine/{ref}/edit"


def page_path(ref: str, act: str = "") -> str:
    return f"/pyfest27/cfp/proposals/mine/{ref}/{act}"


def begin(client: FlaskClient, cast: factories.Cast, **changed: Any) -> str:
    """Saves a draft; returns its reference."""
    answer = client.post(NEW, data=fields(cast, action="save", **changed))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rstrip("/").rsplit("/", 1)[-1]


def submit(client: FlaskClient, cast: factories.Cast, **changed: Any) -> str:
    answer = client.post(NEW, data=fields(cast, action="submit", **changed))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rstrip("/").rsplit("/", 1)[-1]


def stored(ref: str) -> Proposal:
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Proposal).where(Proposal.ref == ref)).one()


def everything() -> list[Proposal]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Proposal).order_by(Proposal.id)))


def outcome(ref: str, value: str, answer: str = "unanswered") -> None:
    """Sets what the chairs released, without going through a release."""
    from conference.work import writing

    with writing(SYSTEM) as work:
        row = work.db.scalars(select(Proposal).where(Proposal.ref == ref)).one()
        row.outcome, row.answer = value, answer
