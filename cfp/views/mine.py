"""“My proposals”: what state each is in, until when, and what comes next."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from cfp import queries
from cfp.invitations import invitation_token
from cfp.pages import Deadline, deadline_view
from cfp.queries import MyInvitation, MyProposal, MyUnsent
from cfp.views import blueprint
from cfp.words import State
from conference import guards
from conference.current import current_actor, current_conference
from conference.locale import instant_words
from conference.work import Work, reading

Page = Any
URGENCY = {"accepted": 0, "draft": 1, "submitted": 2, "in_review": 2, "confirmed": 2, "waitlisted": 2}
"""What waits for the person stands first; what is over, last."""


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    href: str
    event: str
    type_name: str | None
    call_title: str
    state: State
    deadline: Deadline | None
    changed: str
    button: tuple[str, str] | None
    """(which button, address): edit, answer."""
    is_owner: bool


@dataclass(frozen=True, slots=True)
class UnsentLine:
    title: str
    href: str
    event: str
    call_title: str
    saved: str


@dataclass(frozen=True, slots=True)
class InvitationLine:
    title: str
    href: str
    event: str


@dataclass(frozen=True, slots=True)
class MinePage:
    lines: list[Line]
    unsent: list[UnsentLine]
    invitations: list[InvitationLine]


@blueprint.get("/<event_slug>/cfp/mine")
@guards.event_member()
def mine() -> Page:
    with reading(current_actor()) as work:
        page = mine_page(work, current_conference().id)
    return render_template("cfp/mine.html", page=page)


@blueprint.get("/account/proposals")
@guards.signed_in
def mine_everywhere() -> Page:
    with reading(current_actor()) as work:
        page = mine_page(work, None)
    return render_template("cfp/mine_everywhere.html", page=page)


def mine_page(work: Work, conference_id: int | None) -> MinePage:
    """Of one conference, or of all of them: what needs an answer first. Three queries."""
    mine_rows = queries.my_proposals(work, conference_id=conference_id)
    return MinePage(
        lines=[_line(row, work) for row in sorted(mine_rows, key=lambda row: URGENCY.get(row.state.key, len(URGENCY)))],
        unsent=[_unsent(row) for row in queries.my_unsent(work, conference_id=conference_id)],
        invitations=[_invitation(row) for row in queries.my_invitations(work, conference_id=conference_id)],
    )


def _line(row: MyProposal, work: Work) -> Line:
    is_open = row.state.key in ("draft", "submitted")
    button = None
    if row.state.key in ("draft", "submitted", "late_draft"):
        button = ("edit", url_for("cfp.edit", event_slug=row.event_slug, ref=row.ref))
    elif row.state.key == "accepted":
        button = ("answer", url_for("cfp.proposal", event_slug=row.event_slug, ref=row.ref, _anchor="answer"))
    return Line(
        title=row.title,
        href=url_for("cfp.proposal", event_slug=row.event_slug, ref=row.ref),
        event=row.event_name,
        type_name=row.type_name,
        call_title=row.call_title,
        state=row.state,
        deadline=deadline_view(row.closes_at, row.zone, work.now) if is_open else None,
        changed=instant_words(row.changed_at, row.zone),
        button=button,
        is_owner=row.is_owner,
    )


def _unsent(row: MyUnsent) -> UnsentLine:
    return UnsentLine(
        title=row.title,
        href=url_for("cfp.new", event_slug=row.event_slug, slug=row.call_slug),
        event=row.event_name,
        call_title=row.call_title,
        saved=instant_words(row.saved_at, row.zone),
    )


def _invitation(row: MyInvitation) -> InvitationLine:
    token = invitation_token(row.ref, row.invited_at)
    return InvitationLine(
        title=row.title,
        href=url_for("cfp.invitation", event_slug=row.event_slug, token=token),
        event=row.event_name,
    )
