"""What reviewers, conflicted chairs and others must not learn, each with proof that there was something to learn.

Two ways of asking: a canary in every name, looked for in all bytes; and two worlds that differ only in what is
hidden, whose answers must be equal to the byte.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from cfp.authors import Authorship, PaperOriginal
from cfp.models import Paper, Proposal
from conference.actor import SYSTEM
from conference.models import Account
from conference.work import reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from reviews import service
from reviews.matching import build_matching, plan_for, stored_form
from reviews.models import Assignment, Review, Reviewer
from reviews.plans import Options
from reviews.service import Pick, assigning
from tests import factories
from tests.factories import Cast, add
from tests.fixtures.app import sign_in
from tests.reviews import builders

REVIEWS, DECISIONS, COMMITTEE = "/pyfest27/reviews", "/pyfest27/decisions", "/pyfest27/committee"
AUTHOR = ("Canaria Zwölfinger", "canaria@secret-firm.example", "Geheimwerk AG", "Grew up in Hidden Valley")
FILE = "canaria-zwoelfinger-final.pdf"
RIVAL = "Rivalda Quux"
RIVAL_TEXT = "Rivalling words of another reviewer"
PDF = b"%PDF-1.7 rewritten"


@dataclass(frozen=True, slots=True)
class World:
    """Ben is assigned ``assigned`` and in conflict with ``walled``; Rivalda has reviewed both."""

    assigned: str
    assigned_id: int
    walled: str
    walled_id: int
    author: int
    rival: int


@pytest.fixture
def world(cast: Cast) -> World:
    name, email, affiliation, biography = AUTHOR
    with writing(SYSTEM) as work:
        db = work.db
        author = factories.account(db, name, email=email, affiliation=affiliation, biography=biography)
        assigned, walled = (
            factories.proposal(db, cast, author=author.id, title=title) for title in ("Engines", "Walled garden")
        )
        _paper(work.db, cast, assigned.id)
        rival, rival_reviewer = builders.another_reviewer(db, cast, RIVAL)
        builders.assign(db, cast, cast.ben_reviewer, assigned, walled)
        builders.assign(db, cast, rival_reviewer, assigned, walled)
        builders.conflict(db, cast, cast.ben_reviewer, walled.id)
        for proposal in (assigned, walled):
            builders.review(db, cast, rival_reviewer, proposal.id, scores=(5, 1), text=RIVAL_TEXT)
        return World(assigned.ref, assigned.id, walled.ref, walled.id, author.id, rival)


def _paper(db: object, cast: Cast, proposal_id: int) -> None:
    key = kernel().blobs.put(PDF)
    where = {"conference_id": cast.conference}
    paper = Paper(
        **where,
        proposal_id=proposal_id,
        number=1,
        blob_key=key,
        bytes_count=len(PDF),
        page_count=3,
        removed=[],
        uploaded_at=factories.now(),
    )
    add(db, paper)  # type: ignore[arg-type]
    add(db, PaperOriginal(**where, paper_id=paper.id, blob_key=key, file_name=FILE))  # type: ignore[arg-type]


def reviewer_pages(world: World) -> list[str]:
    return [
        f"{REVIEWS}/",
        f"{REVIEWS}/proposals",
        f"{REVIEWS}/proposals?q=engines",
        f"{REVIEWS}/next",
        f"{REVIEWS}/profile",
        f"{REVIEWS}/{world.assigned}/",
        f"{REVIEWS}/{world.assigned}/paper-{world.assigned}.pdf",
    ]


def bytes_of(client: FlaskClient, path: str, **data: object) -> bytes:
    """Status, headers and body, without what is random in every answer."""
    answer = client.post(path, data=data) if data else client.get(path)
    headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Set-Cookie")}
    raw = f"{answer.status} {sorted(headers.items())}\n".encode() + answer.data
    raw = re.sub(rb'(name="csrf_token" value="|name="csrf-token" content=")[^"]*', rb"\1", raw)
    raw = raw.replace(answer.headers["X-Request-Id"].encode(), b"")
    return re.sub(rb"Content-Length', '\d+'", b"", raw)


def seen(client: FlaskClient, paths: list[str]) -> dict[str, bytes]:
    return {path: bytes_of(client, path) for path in paths}


def holds(raw: bytes, *words: str) -> list[str]:
    return [word for word in words if word.encode() in raw or word.lower().encode() in raw.lower()]


def test_no_page_file_or_letter_of_a_reviewer_names_an_author(app: Flask, cast: Cast, world: World) -> None:
    drain(kernel())
    pages = seen(sign_in(app.test_client(), cast.ben), reviewer_pages(world))
    assert {path: found for path, raw in pages.items() if (found := holds(raw, *AUTHOR, FILE))} == {}
    assert b"Engines" in pages[f"{REVIEWS}/"] and PDF in pages[reviewer_pages(world)[-1]]
    with reading(SYSTEM) as work:
        mails = work.db.scalars(select(Delivery.message).where(Delivery.recipient == "ben@mit.example")).all()
    assert [holds(mail, *AUTHOR) for mail in mails] == [[] for _ in mails]


def test_a_chair_who_looks_at_the_letters_does_see_the_author(app: Flask, cast: Cast, world: World) -> None:
    decide(cast, world.assigned, "accept")
    raw = bytes_of(sign_in(app.test_client(), cast.cleo), f"{DECISIONS}/release/preview", includes_reviews="1")
    assert holds(raw, AUTHOR[0], AUTHOR[1], RIVAL_TEXT) == [AUTHOR[0], AUTHOR[1], RIVAL_TEXT]
    assert holds(raw, RIVAL) == []


def test_reviewers_pages_are_the_same_in_a_world_with_other_authors(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.ben)
    before = seen(client, reviewer_pages(world))
    with writing(SYSTEM) as work:
        work.db.execute(
            update(Account)
            .where(Account.id == world.author)
            .values(name="Aaron A", email="aaron@other.example", affiliation="", biography="Short", locale="it")
        )
        work.db.execute(
            update(Authorship)
            .where(Authorship.account_id == world.author)
            .values(name="Aaron A", email="aaron@other.example", affiliation="", biography="Short", person_guid="x")
        )
    assert seen(client, reviewer_pages(world)) == before


def test_searching_for_an_author_finds_as_much_as_searching_for_nonsense(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.ben)

    def found(words: str) -> bytes:
        return bytes_of(client, f"{REVIEWS}/proposals?q={words}").replace(words.encode(), b"?")

    assert found("Canaria") == found("Nonsens")
    assert found("Engines") != found("Nonsens")


@pytest.mark.parametrize("key", ["mean", "count", "author", "-mean", "submitted_at"])
def test_no_hidden_key_can_be_sorted_or_filtered_by(app: Flask, cast: Cast, world: World, key: str) -> None:
    client = sign_in(app.test_client(), cast.ben)
    plain = client.get(f"{REVIEWS}/proposals").data
    asked = client.get(f"{REVIEWS}/proposals?sort={key}&verdict=accept&{key}=1").data
    table = re.compile(rb"<tbody>.*</tbody>", re.DOTALL)
    assert table.search(asked)[0] == table.search(plain)[0]  # type: ignore[index]


def test_a_walled_proposal_answers_like_a_made_up_one_on_every_way(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.ben)
    made_up = "zzzzzzzzzz"

    def answers(ref: str) -> list[bytes]:
        base = f"{REVIEWS}/{ref}"
        found = [bytes_of(client, f"{base}/"), bytes_of(client, f"{base}/paper-{ref}.pdf")]
        for way in ("/", "/autosave", "/decline", "/conflict"):
            found.append(bytes_of(client, f"{base}{way}", text="x", version="0", reason="x"))
        return [raw.replace(ref.encode(), b"?") for raw in found]

    assert answers(world.walled) == answers(made_up)
    assert answers(world.assigned) != answers(made_up)


def test_a_paper_has_no_other_name_than_its_reference(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.ben)
    answer = client.get(f"{REVIEWS}/{world.assigned}/paper-{world.assigned}.pdf")
    assert answer.headers["Content-Disposition"] == f"inline; filename=paper-{world.assigned}.pdf"
    assert {"ETag", "Last-Modified", "Expires"} & set(answer.headers.keys()) == set()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(f"{REVIEWS}/{world.assigned}/{FILE}").status_code == 404
    assert sign_in(app.test_client(), world.author).get(answer.request.path).status_code == 404


def test_before_the_own_review_everything_is_as_if_nobody_had_reviewed(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.ben)
    before = seen(client, reviewer_pages(world))
    assert {path: found for path, raw in before.items() if (found := holds(raw, RIVAL, RIVAL_TEXT))} == {}
    with writing(SYSTEM) as work:
        work.db.execute(update(Review).values(state="draft", submitted_at=None, text="Nothing yet"))
    assert seen(client, reviewer_pages(world)) == before


def test_after_the_own_review_others_have_a_pseudonym_and_a_day(app: Flask, cast: Cast, world: World) -> None:
    send_own(app, cast, world)
    raw = bytes_of(sign_in(app.test_client(), cast.ben), f"{REVIEWS}/{world.assigned}/")
    with reading(SYSTEM) as work:
        rival = work.db.get_one(Account, world.rival)
        number = work.db.scalar(select(Reviewer.pseudonym).where(Reviewer.account_id == world.rival))
        facts = (rival.name, rival.email, rival.ref, "Rivalda", "Quux")
    told = (RIVAL_TEXT, "11 Jan 2027", f"Reviewer {number}")
    assert holds(raw, *told) == list(told)
    assert holds(raw, *facts) == []


def test_an_hour_earlier_or_later_is_the_same_to_a_co_reviewer(app: Flask, cast: Cast, world: World) -> None:
    send_own(app, cast, world)
    client = sign_in(app.test_client(), cast.ben)
    path = f"{REVIEWS}/{world.assigned}/"
    before = bytes_of(client, path)
    shift(world, timedelta(hours=5))
    assert bytes_of(client, path) == before
    shift(world, timedelta(days=2))
    assert bytes_of(client, path) != before


def test_reviewers_and_authors_get_no_list_of_reviewers_and_no_progress(app: Flask, cast: Cast, world: World) -> None:
    pages = [f"{COMMITTEE}/reviewers", f"{COMMITTEE}/progress", f"{DECISIONS}/", f"{DECISIONS}/{world.assigned}/"]
    for who, status in ((cast.ben, b"403"), (world.author, b"404")):
        for path, raw in seen(sign_in(app.test_client(), who), pages).items():
            assert (raw[:3], holds(raw, RIVAL, RIVAL_TEXT)) == (status, []), path
    chair = seen(sign_in(app.test_client(), cast.cleo), pages)
    assert [holds(raw, RIVAL) for raw in chair.values()] == [[RIVAL], [RIVAL], [], [RIVAL]]


def chair_pages(world: World) -> list[str]:
    filters = ("", "?verdict=none", "?verdict=accept", "?verdict=private", "?sort=verdict", "?sort=mean", "?sort=count")
    sorts = ("?sort=spread&dir=asc", "?sort=confidence&dir=asc", "?q=walled")
    return [
        *(f"{DECISIONS}/{each}" for each in (*filters, *sorts)),
        f"{DECISIONS}/waitlist",
        f"{DECISIONS}/release",
        f"{DECISIONS}/{world.walled}/",
        f"{DECISIONS}/{world.walled}/paper.pdf",
        f"{COMMITTEE}/progress",
        f"{COMMITTEE}/reviewers",
    ]


@pytest.mark.parametrize("how", ["author", "declared"])
@pytest.mark.parametrize("verdict", ["accept", "waitlist"])
def test_a_conflicted_chair_sees_one_world_whatever_becomes_of_the_proposal(
    app: Flask, cast: Cast, world: World, how: str, verdict: str
) -> None:
    wall_off_cleo(cast, world, how)
    client = sign_in(app.test_client(), cast.cleo)
    before = seen(client, chair_pages(world))
    assert b"You are in conflict" in before[f"{DECISIONS}/"]
    assert before[f"{DECISIONS}/{world.walled}/"][:3] == b"403"
    decide(cast, world.walled, verdict)
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.dan_reviewer, world.walled_id, scores=(1, 1), is_sales_pitch=True)
    assert seen(client, chair_pages(world)) == before


def test_an_unconflicted_chair_does_see_the_difference(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    before = seen(client, chair_pages(world))
    decide(cast, world.walled, "accept")
    after = seen(client, chair_pages(world))
    assert {path for path in before if before[path] != after[path]} >= {f"{DECISIONS}/", f"{DECISIONS}/release"}


def test_a_conflicted_chair_can_neither_decide_nor_put_it_in_a_bundle(app: Flask, cast: Cast, world: World) -> None:
    wall_off_cleo(cast, world, "declared")
    client = sign_in(app.test_client(), cast.cleo)
    alone = client.post(f"{DECISIONS}/{world.walled}/verdict?version=0", data={"verdict": "accept"})
    both = client.post(
        f"{DECISIONS}/", data={"verdict": "accept", "pick": [f"{world.assigned}.0", f"{world.walled}.0"]}
    )
    assert (alone.status_code, both.status_code) == (403, 403)
    assert "Nothing was changed" in both.text
    with reading(SYSTEM) as work:
        assert service.untold(work, conference_id=cast.conference).verdicts == {}


def test_a_release_tells_what_the_releasing_chair_may_not_see(app: Flask, cast: Cast, world: World) -> None:
    wall_off_cleo(cast, world, "declared")
    decide(cast, world.walled, "accept")
    decide(cast, world.assigned, "reject")
    client = sign_in(app.test_client(), cast.cleo)
    preview = client.post(f"{DECISIONS}/release/preview", data={"includes_reviews": "0"}).text
    assert "Tell 1 decision now" in preview and "Walled garden" not in preview
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', preview)
    assert fingerprint is not None
    client.post(f"{DECISIONS}/release", data={"fingerprint": fingerprint[1]})
    with reading(SYSTEM) as work:
        assert service.untold(work, conference_id=cast.conference).verdicts == {}


def test_a_plan_is_one_world_for_the_chair_in_conflict(app: Flask, cast: Cast, world: World) -> None:
    wall_off_cleo(cast, world, "declared")
    with writing(SYSTEM) as work:
        ref = service.assign_now(work, conference_id=cast.conference, options=Options(2)).plan_ref
    raw = bytes_of(sign_in(app.test_client(), cast.cleo), f"{COMMITTEE}/assignment/{ref}/")
    assert b"Engines" in raw and b"Walled garden" not in raw


def test_applying_and_taking_back_count_nothing_that_the_chair_may_not_see(
    app: Flask, cast: Cast, world: World
) -> None:
    """Dan is asked for both proposals; what he has begun of the walled one is told to nobody who stands behind it."""
    wall_off_cleo(cast, world, "declared")
    with writing(SYSTEM) as work:
        options = Options(3)
        stored = stored_form(matching := build_matching(work, cast.conference, options), plan_for(matching))
        ref = assigning.store_plan(work, conference_id=cast.conference, options=options, plan=stored)
    client = sign_in(app.test_client(), cast.cleo)
    applied = client.post(f"{COMMITTEE}/assignment/{ref}/apply", follow_redirects=True).text
    assert "1 review is assigned. 1 reviewer gets a mail." in applied
    with writing(SYSTEM) as work:
        mine = select(Assignment.proposal_id).where(Assignment.reviewer_id == cast.dan_reviewer)
        assert set(work.db.scalars(mine)) == {world.assigned_id, world.walled_id}
        builders.review(work.db, cast, cast.dan_reviewer, world.walled_id, state="draft", submitted_at=None)
    undone = client.post(f"{COMMITTEE}/assignment/{ref}/undo", follow_redirects=True).text
    assert ("1 assignment was taken back." in undone, "written on it" in undone) == (True, False)


def test_the_log_tells_a_conflicted_chair_no_number_of_letters(app: Flask, cast: Cast, world: World) -> None:
    """Another chair's look at the letters is logged with their number: less what is seen, it tells what is decided."""
    wall_off_cleo(cast, world, "declared")
    decide(cast, world.walled, "accept")
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.eve, "chair")
        service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.eve)
    sign_in(app.test_client(), cast.eve).post(f"{DECISIONS}/release/preview", data={"includes_reviews": "1"})
    logs = [bytes_of(sign_in(app.test_client(), who), "/pyfest27/setup/log") for who in (cast.eve, cast.cleo)]
    assert [holds(raw, "decision.preview") for raw in logs] == [["decision.preview"], []]


def test_a_conflict_is_found_in_the_moment_in_which_the_author_comes(app: Flask, cast: Cast, world: World) -> None:
    client = sign_in(app.test_client(), cast.ben)
    assert client.get(f"{REVIEWS}/{world.assigned}/").status_code == 200
    with writing(SYSTEM) as work:
        colleague = factories.account(work.db, "Colleague Of Ben", email="colleague@mit.example")
        row = work.db.scalars(select(Authorship).where(Authorship.proposal_id == world.assigned_id)).one()
        row.account_id, row.email = colleague.id, colleague.email
    assert client.get(f"{REVIEWS}/{world.assigned}/").status_code == 404


def test_the_letter_with_the_decision_names_no_reviewer(app: Flask, cast: Cast, world: World) -> None:
    decide(cast, world.assigned, "reject")
    with writing(SYSTEM) as work:
        news = service.untold(work, conference_id=cast.conference)
        service.release_decisions(
            work, conference_id=cast.conference, draft=service.ReleaseDraft({}), fingerprint=news.fingerprint
        )
    drain(kernel())
    with reading(SYSTEM) as work:
        (letter,) = work.db.execute(select(Delivery.recipient, Delivery.message)).all()
    assert letter.recipient == AUTHOR[1]
    assert holds(letter.message, RIVAL_TEXT) == [RIVAL_TEXT]
    assert holds(letter.message, RIVAL, "Rivalda", "Quux", "Cleo") == []


def decide(cast: Cast, ref: str, verdict: str) -> None:
    with writing(SYSTEM) as work:
        service.decide(work, conference_id=cast.conference, picks=[Pick(ref, 0)], verdict=verdict)


def send_own(app: Flask, cast: Cast, world: World) -> None:
    first, second = cast.criteria
    data = {f"score-{first}": 3, f"score-{second}": 3, "confidence": 3, "version": 0, "go": "stay"}
    answer = sign_in(app.test_client(), cast.ben).post(f"{REVIEWS}/{world.assigned}/", data=data)
    assert answer.status_code == 303


def shift(world: World, by: timedelta) -> None:
    with writing(SYSTEM) as work:
        row = work.db.scalars(
            select(Review).where(Review.text == RIVAL_TEXT, Review.proposal_id == world.assigned_id)
        ).one()
        assert row.submitted_at is not None
        row.submitted_at += by


def wall_off_cleo(cast: Cast, world: World, how: str) -> None:
    with writing(SYSTEM) as work:
        number = service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
        if how == "declared":
            builders.conflict(work.db, cast, number, world.walled_id)
        else:
            factories.authorship(work.db, work.db.get_one(Proposal, world.walled_id), cast.cleo, position=1)
