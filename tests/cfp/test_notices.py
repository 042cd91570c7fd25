"""Letters to authors: to whom, in which language, and never when it is not true any more."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cfp import outcomes, service
from cfp.authors import Authorship
from cfp.outcomes import DecisionParts, preview_letters, provide_letter_parts, tell_outcomes
from conference.actor import SYSTEM
from conference.models import Account
from conference.work import reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Letter, Outbox, compose
from plumbing.queue import drain
from tests import factories
from tests.cfp.acts import submit
from tests.fixtures.app import sign_in


def letters() -> list[Letter]:
    """What all events so far make now."""
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Outbox.kind, Outbox.payload).order_by(Outbox.id)).all()
        return [letter for row in rows for letter in compose(work.db, row.kind, row.payload, work.now)]


def test_the_author_gets_a_receipt_with_deadline_and_address(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    (letter,) = letters()
    assert letter.recipient == "ada@acme.example"
    assert letter.subject == "Received for PyFest 2027: “Engines that weave”"
    assert "31 Jan 2027, 10:00 CET" in letter.text
    assert f"http://localhost:8000/pyfest27/cfp/proposals/mine/{ref}/" in letter.text
    assert "team@example.org" in letter.text
    assert "<strong>“Engines that weave”</strong>" in letter.html


def test_words_of_people_cannot_become_markup(client: FlaskClient, cast: factories.Cast) -> None:
    submit(sign_in(client, cast.ada), cast, title="*Big* [news](http://evil.example) <b>")
    (letter,) = letters()
    assert letter.subject == "Received for PyFest 2027: “*Big* [news](http://evil.example) <b>”"
    assert 'evil.example"' not in letter.html


def test_a_receipt_that_comes_too_late_is_not_sent(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    with writing(SYSTEM) as work:
        service.withdraw_proposal(work, conference_id=cast.conference, ref=ref)
    assert [letter.subject for letter in letters()] == ["Withdrawn: “Engines that weave”"]


def test_an_invitation_leads_to_its_page_and_ends_with_the_answer(client: FlaskClient, cast: factories.Cast) -> None:
    more = {"row": ["me", "new1"], "row-new1-name": "Zoe", "row-new1-email": "zoe@example.org"}
    submit(sign_in(client, cast.ada), cast, **more)
    invitation = next(letter for letter in letters() if letter.kind == "cfp.coauthor_invited")
    assert invitation.recipient == "zoe@example.org"
    assert invitation.subject == "Ada Lovelace names you as co-author of “Engines that weave”"
    link = next(word for word in invitation.text.replace("(", " ").replace(")", " ").split() if "/invitation/" in word)
    path = link.removeprefix("http://localhost:8000")
    stranger = client.application.test_client()
    assert "Engines that weave" in stranger.get(path).text
    answer = stranger.post(path, data={"answer": "accept", "name": "Zoe Zett"})
    assert answer.status_code == 303
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(Authorship.email == "zoe@example.org")).one()
        assert (row.name, row.account_id, row.accepted_at) == ("Zoe Zett", None, work.now)
    assert [letter.kind for letter in letters()].count("cfp.coauthor_invited") == 0
    assert {letter.recipient for letter in letters() if letter.kind == "cfp.submitted"} == {
        "ada@acme.example",
        "zoe@example.org",
    }


def test_decision_letters_are_the_previewed_ones(cast: factories.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(SYSTEM) as work:
        db = work.db
        work.db.get_one(Account, cast.eve).locale = "de"
        first = factories.proposal(db, cast, title="First")
        second = factories.proposal(db, cast, title="Second", author=cast.eve)
    parts = DecisionParts(note="See you *there*", review_texts=("Good.", "Fine."), words="**Well done**")
    wanted = {first.id: "accepted", second.id: "rejected"}
    monkeypatch.setattr(outcomes, "_source", [])
    provide_letter_parts(lambda _db, _proposal, _release: parts)
    with reading(SYSTEM) as work:
        preview = preview_letters(work, cast.conference, wanted, dict.fromkeys(wanted, parts))
    with writing(SYSTEM) as work:
        assert tell_outcomes(work, conference_id=cast.conference, outcomes=wanted, release_id=7) == 2
    sent = letters()
    assert [*preview[first.id], *preview[second.id]] == sent
    assert [(letter.recipient, letter.locale, letter.kind) for letter in sent] == [
        ("ada@acme.example", "en", "cfp.accepted"),
        ("eve@nowhere.example", "de", "cfp.rejected"),
    ]
    assert sent[0].subject == "Accepted at PyFest 2027: “First”"
    for words in ("Good.", "Fine.", "See you *there*", "Well done"):
        assert words in sent[0].text
    assert not any(name in sent[0].text for name in ("Ben", "Dan", "Cleo"))


def test_letters_are_delivered_once(client: FlaskClient, cast: factories.Cast) -> None:
    submit(sign_in(client, cast.ada), cast)
    drain(kernel())
    drain(kernel())
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Delivery.recipient, Delivery.state)).all()
    assert [tuple(row) for row in rows] == [("ada@acme.example", "sent")]


def test_an_invitation_is_sent_again_only_after_a_while(client: FlaskClient, cast: factories.Cast, clock) -> None:  # type: ignore[no-untyped-def]
    more = {"row": ["me", "new1"], "row-new1-name": "Zoe", "row-new1-email": "zoe@example.org"}
    ref = submit(sign_in(client, cast.ada), cast, **more)
    with reading(SYSTEM) as work:
        zoe = work.db.scalars(select(Authorship.ref).where(Authorship.email == "zoe@example.org")).one()
    path = f"/pyfest27/cfp/proposals/mine/{ref}/authors"
    assert client.post(path, data={"resend": zoe}).status_code == 403
    clock.advance(timedelta(hours=2))
    old = next(letter for letter in letters() if letter.kind == "cfp.coauthor_invited").text
    assert client.post(path, data={"resend": zoe}).status_code == 303
    new = [letter for letter in letters() if letter.kind == "cfp.coauthor_invited"][-1].text
    assert old != new
    link = next(word for word in old.replace("(", " ").replace(")", " ").split() if "/invitation/" in word)
    assert client.get(link.removeprefix("http://localhost:8000")).status_code == 404
