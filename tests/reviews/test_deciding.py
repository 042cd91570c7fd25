"""Decisions: private, bulk, ordered, and told in one act after every letter was seen."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from cfp.outcomes import outcomes_of
from conference.actor import SYSTEM, load_actor
from conference.models import AuditEntry
from conference.work import Work, reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from reviews import service
from reviews.models import Decision, DecisionRelease, Review
from reviews.service import Pick, ReleaseDraft
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import StatementCounter, sign_in
from tests.reviews import builders

BASE = "/pyfest27/decisions"


def cleo(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app.test_client(), cast.cleo)


def proposals(cast: Cast, *titles: str, author: int | None = None, **values: Any) -> dict[str, Any]:
    with writing(SYSTEM) as work:
        return {title: factories.proposal(work.db, cast, author=author, title=title, **values) for title in titles}


def verdicts(cast: Cast) -> dict[int, tuple[str, int | None]]:
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Decision.proposal_id, Decision.verdict, Decision.waitlist_position))
        return {row.proposal_id: (row.verdict, row.waitlist_position) for row in rows}


def outcomes(cast: Cast) -> dict[int, str]:
    with reading(SYSTEM) as work:
        return {number: facts.outcome for number, facts in outcomes_of(work, cast.conference).items()}


def fingerprint(cast: Cast) -> str:
    with reading(SYSTEM) as work:
        return service.untold(work, conference_id=cast.conference).fingerprint


def test_a_verdict_stays_private_until_it_is_released(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    client = cleo(app, cast)
    answer = client.post(f"{BASE}/{made.ref}/verdict?version=0", data={"verdict": "accept", "next": "?sort=title"})
    assert (answer.status_code, answer.location) == (303, f"{BASE}/?sort=title#row-{made.ref}")
    assert verdicts(cast) == {made.id: ("accept", None)}
    assert outcomes(cast) == {made.id: "undecided"}
    drain(kernel())
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Delivery.id)).all() == []


def test_many_are_decided_at_once_or_none(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "One", "Two", "Three")
    client = cleo(app, cast)
    picks = [f"{each.ref}.0" for each in made.values()]
    client.post(f"{BASE}/", data={"pick": picks, "verdict": "reject"})
    assert set(verdicts(cast).values()) == {("reject", None)}
    stale = client.post(f"{BASE}/", data={"pick": [*picks[:2], f"{made['Three'].ref}.1"], "verdict": "accept"})
    assert "Another chair decided" in client.get(stale.location).text
    assert set(verdicts(cast).values()) == {("reject", None)}
    client.post(f"{BASE}/", data={"pick": [f"{each.ref}.1" for each in made.values()], "verdict": "none"})
    assert verdicts(cast) == {}


def test_nothing_chosen_is_said_and_changes_nothing(app: Flask, cast: Cast) -> None:
    answer = cleo(app, cast).post(f"{BASE}/", data={"verdict": "accept"}, follow_redirects=True)
    assert "Please choose at least one proposal." in answer.text
    assert verdicts(cast) == {}


def test_script_gets_the_row_and_the_sums_back(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    answer = cleo(app, cast).post(
        f"{BASE}/{made.ref}/verdict?version=0", data={"verdict": "accept"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.text.strip().startswith(f'<tr id="row-{made.ref}"')
    assert 'hx-swap-oob="true"' in answer.text and "1 accepted" in answer.text
    assert f"{BASE}/{made.ref}/verdict?version=1" in answer.text


def test_the_waiting_list_keeps_an_order(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "One", "Two", "Three")
    client = cleo(app, cast)
    for each in made.values():
        client.post(f"{BASE}/{each.ref}/verdict?version=0", data={"verdict": "waitlist"})
    wanted = [made["Three"], made["One"], made["Two"]]
    client.post(f"{BASE}/waitlist", data={"ref": [each.ref for each in wanted]})
    assert [verdicts(cast)[each.id][1] for each in wanted] == [1, 2, 3]
    places = {f"place-{each.ref}": at for at, each in enumerate(made.values(), start=1)}
    client.post(f"{BASE}/waitlist", data={"ref": [each.ref for each in wanted], **places})
    assert [verdicts(cast)[each.id][1] for each in made.values()] == [1, 2, 3]


def test_the_table_filters_and_sorts(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Low", "High", author=cast.eve)
    other = proposals(cast, "Unread", track_id=cast.tracks[1], presenter_kind="vendor")["Unread"]
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, made["Low"].id, scores=(1, 2))
        builders.review(work.db, cast, cast.ben_reviewer, made["High"].id, scores=(5, 4))
    client = cleo(app, cast)

    def shown(query: str) -> list[str]:
        text = client.get(f"{BASE}/?{query}").text
        places = {title: text.find(f">{title}</a>") for title in ("Low", "High", "Unread")}
        return sorted((title for title, at in places.items() if at >= 0), key=lambda title: places[title])

    assert shown("") == ["High", "Low", "Unread"]
    assert shown("sort=mean&dir=asc") == ["Low", "High", "Unread"]
    assert shown("sort=title&dir=asc") == ["High", "Low", "Unread"]
    assert shown("q=unr") == ["Unread"]
    assert shown(f"track={cast.tracks[1]}") == ["Unread"]
    assert shown("kind=vendor") == ["Unread"]
    client.post(f"{BASE}/{other.ref}/verdict?version=0", data={"verdict": "reject"})
    assert shown("verdict=reject") == ["Unread"]
    assert shown("verdict=none") == ["High", "Low"]
    assert shown("verdict=private") == ["Unread"]
    assert shown("sort=nonsense&track=x&verdict=maybe&page=99&per=7") == ["High", "Low", "Unread"]


def test_a_release_tells_every_decision_once_and_each_letter_is_the_one_that_was_seen(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines", "Looms")
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, made["Engines"].id, text="Loved the boilers.", note="secret")
        picks = [Pick(made["Engines"].ref, 0)]
        service.decide(work, conference_id=cast.conference, picks=picks, verdict="accept")
        service.write_note(
            work, conference_id=cast.conference, ref=made["Engines"].ref, version=1, note="Bring a model."
        )
    client = cleo(app, cast)
    words = {"words-accept-en": "See you in **Bologna**.", "includes_reviews": "1"}
    preview = client.post(f"{BASE}/release/preview", data=words)
    assert "Tell 1 decision now" in preview.text
    html = client.post(f"{BASE}/release/letter", data={**words, "letter": 0})
    assert "sandbox" in html.headers["Content-Security-Policy"]
    answer = client.post(f"{BASE}/release", data={**words, "fingerprint": fingerprint(cast)})
    assert answer.status_code == 303
    assert outcomes(cast) == {made["Engines"].id: "accepted", made["Looms"].id: "undecided"}
    with writing(SYSTEM) as work:
        cleo_actor = load_actor(work.db, cast.cleo)
        assert cleo_actor is not None
    drain(kernel())
    with reading(SYSTEM) as work:
        (sent,) = work.db.execute(select(Delivery.recipient, Delivery.message)).all()
    assert sent.recipient == "ada@acme.example"
    told = sent.message.decode("utf-8", "replace")
    for part in ("Bologna", "Loved the boilers", "Bring a model"):
        assert part in told and part in preview.text, part
    assert "secret" not in told and "Ben" not in told
    assert "There is nothing new to tell" in client.get(f"{BASE}/release").text


def test_a_changed_decision_is_private_again_until_it_is_released_again(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    for version, verdict in enumerate(("reject", "accept")):
        with writing(SYSTEM) as work:
            pick = Pick(made.ref, version if version == 0 else current_version(work, made.id))
            service.decide(work, conference_id=cast.conference, picks=[pick], verdict=verdict)
        before = {0: "undecided", 1: "rejected"}[version]
        assert outcomes(cast) == {made.id: before}
        with writing(SYSTEM) as work:
            news = service.untold(work, conference_id=cast.conference)
            service.release_decisions(
                work, conference_id=cast.conference, draft=ReleaseDraft({}), fingerprint=news.fingerprint
            )
    assert outcomes(cast) == {made.id: "accepted"}
    with reading(SYSTEM) as work:
        assert len(work.db.scalars(select(DecisionRelease.id)).all()) == 2


def current_version(work: Work, proposal_id: int) -> int:
    return work.db.scalars(select(Decision.version).where(Decision.proposal_id == proposal_id)).one()


def test_a_letter_says_what_was_released_even_when_the_chair_changes_her_mind_before_it_is_written(
    app: Flask, cast: Cast
) -> None:
    made = proposals(cast, "Engines")["Engines"]
    draft = ReleaseDraft({"accept": {"en": "Hooray."}, "reject": {"en": "Alas."}})
    with writing(SYSTEM) as work:
        service.decide(work, conference_id=cast.conference, picks=[Pick(made.ref, 0)], verdict="accept")
        news = service.untold(work, conference_id=cast.conference)
        service.release_decisions(work, conference_id=cast.conference, draft=draft, fingerprint=news.fingerprint)
        version = current_version(work, made.id)
    with writing(SYSTEM) as work:
        service.decide(work, conference_id=cast.conference, picks=[Pick(made.ref, version)], verdict="reject")
    drain(kernel())
    with reading(SYSTEM) as work:
        told = work.db.scalars(select(Delivery.message)).one().decode()
    assert "Hooray." in told and "Alas." not in told


def test_what_a_reviewer_changes_after_the_letters_were_seen_is_seen_first_or_not_sent(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, made.id, text="Loved the boilers.")
        service.decide(work, conference_id=cast.conference, picks=[Pick(made.ref, 0)], verdict="accept")
    client, words = cleo(app, cast), {"includes_reviews": "1"}
    seen = fingerprint(cast)
    rewrite_reviews("Hated the")
    late = client.post(f"{BASE}/release", data={**words, "fingerprint": seen})
    assert (late.status_code, "Please look at them again" in late.text, "Hated the" in late.text) == (409, True, True)
    assert client.post(f"{BASE}/release", data={**words, "fingerprint": fingerprint(cast)}).status_code == 303
    rewrite_reviews("Half a")
    drain(kernel())
    with reading(SYSTEM) as work:
        told = work.db.scalars(select(Delivery.message)).one().decode()
    assert ("Hated the" in told, "Half a" in told) == (True, False)


def test_without_the_reviews_texts_a_changed_one_stops_nothing(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, made.id, text="Loved the boilers.")
        service.decide(work, conference_id=cast.conference, picks=[Pick(made.ref, 0)], verdict="accept")
        seen = service.untold(work, conference_id=cast.conference, includes_reviews=False).fingerprint
    rewrite_reviews("Hated the")
    assert cleo(app, cast).post(f"{BASE}/release", data={"fingerprint": seen}).status_code == 303
    drain(kernel())
    with reading(SYSTEM) as work:
        told = work.db.scalars(select(Delivery.message)).one().decode()
    assert ("Hated the" in told, "boilers" in told) == (False, False)


def rewrite_reviews(text: str) -> None:
    with writing(SYSTEM) as work:
        work.db.execute(update(Review).values(text=text))


def test_a_decision_that_came_in_between_stops_the_release_and_shows_the_letters_anew(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines", "Looms")
    client = cleo(app, cast)
    client.post(f"{BASE}/{made['Engines'].ref}/verdict?version=0", data={"verdict": "accept"})
    seen = fingerprint(cast)
    client.post(f"{BASE}/{made['Looms'].ref}/verdict?version=0", data={"verdict": "reject"})
    answer = client.post(f"{BASE}/release", data={"fingerprint": seen, "words-accept-en": "Come!"})
    assert answer.status_code == 409
    assert "Decisions changed since you saw these letters." in answer.text and "Come!" in answer.text
    assert set(outcomes(cast).values()) == {"undecided"}


def test_a_look_at_the_letters_is_logged(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    client = cleo(app, cast)
    client.post(f"{BASE}/{made.ref}/verdict?version=0", data={"verdict": "accept"})
    client.post(f"{BASE}/release/preview", data={})
    with reading(SYSTEM) as work:
        looks = work.db.scalars(select(AuditEntry.account_id).where(AuditEntry.action == "decision.preview")).all()
    assert looks == [cast.cleo]


def test_a_track_chair_decides_on_the_own_track_and_knows_no_other(app: Flask, cast: Cast) -> None:
    mine = proposals(cast, "Mine")["Mine"]
    other = proposals(cast, "Not mine", track_id=cast.tracks[1])["Not mine"]
    client = sign_in(app.test_client(), cast.gus)
    text = client.get(f"{BASE}/").text
    assert "Mine" in text and "Not mine" not in text
    statuses = [
        client.post(f"{BASE}/{each.ref}/verdict?version=0", data={"verdict": "accept"}).status_code
        for each in (mine, other)
    ]
    assert (statuses, list(verdicts(cast))) == ([303, 404], [mine.id])
    assert client.get(f"{BASE}/release").status_code == 403


def test_the_table_costs_the_same_for_one_and_for_ten(app: Flask, cast: Cast, statements: StatementCounter) -> None:
    client = cleo(app, cast)
    paths = ("/", "/waitlist", "/release")
    counts: dict[str, list[int]] = {path: [] for path in paths}
    for more in (1, 9):
        made = proposals(cast, *(f"{more} {number}" for number in range(more)), author=cast.eve)
        with writing(SYSTEM) as work:
            for each in made.values():
                builders.review(work.db, cast, cast.ben_reviewer, each.id)
            picks = [Pick(each.ref, 0) for each in made.values()]
            service.decide(work, conference_id=cast.conference, picks=picks, verdict="waitlist")
        for path in paths:
            with statements() as seen:
                assert client.get(f"{BASE}{path}").status_code == 200
            counts[path].append(len(seen))
    assert all(one == ten and ten <= 12 for one, ten in counts.values()), counts


def test_a_decision_that_was_told_can_be_changed_but_not_cleared(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    client = cleo(app, cast)
    client.post(f"{BASE}/{made.ref}/verdict?version=0", data={"verdict": "accept"})
    client.post(f"{BASE}/release", data={"fingerprint": fingerprint(cast)})
    answer = client.post(f"{BASE}/{made.ref}/verdict?version=2", data={"verdict": "none"}, follow_redirects=True)
    assert "Its authors have been told." in answer.text
    assert verdicts(cast) == {made.id: ("accept", None)}


def test_a_decision_with_words_to_its_authors_is_not_cleared_with_them(app: Flask, cast: Cast) -> None:
    made, client = proposals(cast, "Engines", "Looms"), cleo(app, cast)
    picks = {"verdict": "accept", "pick": [f"{each.ref}.0" for each in made.values()]}
    client.post(f"{BASE}/", data=picks)
    note = f"{BASE}/{made['Engines'].ref}/note"
    client.post(note, data={"note": "Bring a model.", "version": 1})
    clear = {"verdict": "none", "pick": [f"{made['Engines'].ref}.2", f"{made['Looms'].ref}.1"]}
    answer = client.post(f"{BASE}/", data=clear, follow_redirects=True)
    assert "“Engines” has words to its authors" in answer.text
    assert set(verdicts(cast)) == {each.id for each in made.values()}
    client.post(note, data={"note": "", "version": 2})
    clear["pick"][0] = f"{made['Engines'].ref}.3"
    client.post(f"{BASE}/", data=clear)
    assert verdicts(cast) == {}


def test_a_release_of_before_texts_were_frozen_sends_those_of_now(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, made.id, text="Loved the boilers.")
        service.decide(work, conference_id=cast.conference, picks=[Pick(made.ref, 0)], verdict="accept")
        news = service.untold(work, conference_id=cast.conference)
        service.release_decisions(
            work, conference_id=cast.conference, draft=ReleaseDraft({}), fingerprint=news.fingerprint
        )
        release = work.db.scalars(select(DecisionRelease)).one()
        release.letters = {name: value for name, value in release.letters.items() if name != "texts"}
    drain(kernel())
    with reading(SYSTEM) as work:
        assert "Loved the boilers." in work.db.scalars(select(Delivery.message)).one().decode()


def test_words_that_are_too_long_are_refused_at_their_field_with_nothing_lost(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Engines")["Engines"]
    client = cleo(app, cast)
    client.post(f"{BASE}/{made.ref}/verdict?version=0", data={"verdict": "accept"})
    long = "x" * 5001
    answer = client.post(f"{BASE}/release/preview", data={"words-accept-en": long})
    assert (answer.status_code, long in answer.text) == (422, True)
    answer = client.post(f"{BASE}/{made.ref}/note", data={"note": long, "version": 1})
    assert (answer.status_code, long in answer.text) == (422, True)
