"""Forms that come twice, answers that get lost on their way, and what a form cannot use: nothing typed is lost."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from cfp.authors import AuthorConflict, Authorship, Unavailability, UnsentForm
from cfp.invitations import invitation_token
from cfp.models import Paper
from conference.actor import SYSTEM
from conference.models import Account
from conference.work import reading, writing
from plumbing.clock import FixedClock
from tests import factories
from tests.cfp import pdfs
from tests.cfp.acts import NEW, NEW_AUTOSAVE, begin, edit_path, everything, fields, outcome, page_path, stored, submit
from tests.fixtures.app import sign_in

AWAY = {"away-from": ["2027-03-27T09:00", ""], "away-until": ["2027-03-27T12:00", ""]}


def kept_titles() -> list[str]:
    with reading(SYSTEM) as work:
        return [row["title"][0] for row in work.db.scalars(select(UnsentForm.content).order_by(UnsentForm.id))]


def times_away() -> list[datetime]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Unavailability.starts_at).order_by(Unavailability.starts_at)))


def addresses() -> list[str | None]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Authorship.email).order_by(Authorship.position)))


def co_authors(count: int, first: int = 1) -> dict[str, str | list[str]]:
    numbers = range(first, first + count)
    rows: dict[str, str | list[str]] = {"row": ["me", *(f"new{number}" for number in numbers)]}
    for number in numbers:
        rows[f"row-new{number}-name"], rows[f"row-new{number}-email"] = f"Co {number}", f"co{number}@looms.example"
    return rows


def test_a_window_whose_answer_got_lost_is_no_second_window(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    client.post(NEW_AUTOSAVE, data=fields(cast, title="First", version="0", window="w1"))
    answer = client.post(NEW_AUTOSAVE, data=fields(cast, title="First, longer", version="0", window="w1"))
    assert (answer.status_code, answer.get_json()) == (200, {"version": 2})
    answer = client.post(NEW, data=fields(cast, title="First, at last", version="0", window="w1", action="submit"))
    assert (answer.status_code, [row.title for row in everything()]) == (303, ["First, at last"])
    assert kept_titles() == []


def test_another_window_is_still_told(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    client.post(NEW_AUTOSAVE, data=fields(cast, title="First", version="0", window="w1"))
    answer = client.post(NEW_AUTOSAVE, data=fields(cast, title="Second", version="0", window="w2"))
    assert answer.status_code == 409
    client.post(answer.get_json()["href"], data={"take": "other"})
    late = client.post(NEW_AUTOSAVE, data=fields(cast, title="First, late", version="1", window="w1"))
    assert (late.status_code, kept_titles()) == (409, ["Second"])


def test_each_opened_page_is_a_window_and_stays_it_when_it_comes_back(
    client: FlaskClient, cast: factories.Cast
) -> None:
    sign_in(client, cast.ada)
    named = [client.get(NEW).text.partition('name="window" value="')[2].partition('"')[0] for _time in range(2)]
    assert [len(each) for each in named] == [10, 10]
    assert named[0] != named[1]
    answer = client.post(NEW, data=fields(cast, window=named[0], action="preview"))
    assert f'name="window" value="{named[0]}"' in answer.text


def test_a_form_that_comes_twice_makes_one_proposal(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    form = fields(cast, action="submit", **{**co_authors(1), "conflicts": "Dan Domain"})
    first, second = (client.post(NEW, data=form) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert [(row.stage, row.edit) for row in everything()] == [("submitted", 1)]
    assert addresses() == ["ada@acme.example", "co1@looms.example"]


def test_a_paper_that_comes_twice_is_one_version(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    file = pdfs.plain_pdf()
    for _time in range(2):
        paper = (io.BytesIO(file), "looms.pdf")
        data = fields(cast, session_type=str(cast.paper_type), action="submit", paper=paper)
        assert client.post(NEW, data=data).status_code == 303
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Paper.number)).all() == [1]
    assert [row.stage for row in everything()] == ["submitted"]


def test_the_same_text_of_another_person_is_another_proposal(client: FlaskClient, cast: factories.Cast) -> None:
    submit(sign_in(client, cast.ada), cast)
    submit(sign_in(client, cast.eve), cast)
    assert [row.stage for row in everything()] == ["submitted", "submitted"]


def test_changes_that_come_twice_are_saved_once(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast, **AWAY)
    form = fields(cast, title="Engines that knit", action="save", base=stored(ref).version, **AWAY)
    answers = [client.post(edit_path(ref), data=form) for _time in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert (stored(ref).title, stored(ref).edit, kept_titles()) == ("Engines that knit", 2, [])


def test_two_texts_that_differ_in_times_alone_are_told_apart(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast, **AWAY)
    base = stored(ref).version
    client.post(edit_path(ref), data=fields(cast, title="Engines that knit", action="save", base=base, **AWAY))
    other = {"away-from": ["2027-03-28T09:00"], "away-until": ["2027-03-28T12:00"]}
    answer = client.post(
        edit_path(ref), data=fields(cast, title="Engines that knit", action="save", base=base, **other)
    )
    assert (answer.status_code, "2027-03-28T09:00 – 2027-03-28T12:00" in answer.text) == (409, True)


def test_a_second_proposal_knows_when_its_speaker_is_away(client: FlaskClient, cast: factories.Cast) -> None:
    begin(sign_in(client, cast.ada), cast, **AWAY)
    assert 'value="2027-03-27T09:00"' in client.get(NEW).text


def test_text_begun_without_an_account_takes_no_time_away_back(client: FlaskClient, cast: factories.Cast) -> None:
    begin(sign_in(client.application.test_client(), cast.ada), cast, **AWAY)
    later = {"away-from": ["2027-03-28T09:00"], "away-until": ["2027-03-28T12:00"]}
    client.post(NEW_AUTOSAVE, data=fields(cast, title="Begun on a train", **later))
    client.post("/account/sign-in", data={"email": "ada@acme.example", "password": factories.PASSWORD})
    assert [row.title for row in everything()] == ["Engines that weave", "Begun on a train"]
    assert times_away() == [datetime(2027, 3, 27, 8, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)]


def test_a_time_that_cannot_be_read_is_told_and_stays(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    wrong = {"away-from": ["2027-03-27T12:00", "2027-03-28T09:00"], "away-until": ["2027-03-27T09:00", ""]}
    answer = client.post(NEW, data=fields(cast, action="save", **wrong))
    assert answer.status_code == 422
    assert answer.text.count("each with an end after its start.") == 2
    assert ('value="2027-03-27T12:00"' in answer.text, 'value="2027-03-28T09:00"' in answer.text) == (True, True)
    assert (everything(), kept_titles()) == ([], ["Engines that weave"])


def test_a_time_without_an_end_waits_in_the_form_after_the_sign_in(client: FlaskClient, cast: factories.Cast) -> None:
    client.post(NEW_AUTOSAVE, data=fields(cast, **{"away-from": ["2027-03-28T09:00"], "away-until": [""]}))
    client.post("/account/sign-in", data={"email": "ada@acme.example", "password": factories.PASSWORD})
    assert everything() == []
    assert 'value="2027-03-28T09:00"' in client.get(NEW).text


def test_more_conflicts_than_can_be_kept_are_told(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    many = "\n".join(f"Person {number}" for number in range(21))
    answer = client.post(NEW, data=fields(cast, action="save", conflicts=many))
    assert (answer.status_code, "At most 20 people at once" in answer.text, "Person 20" in answer.text) == (
        422,
        True,
        True,
    )
    long = client.post(NEW, data=fields(cast, action="save", conflicts="Ben: " + "r" * 301, version="1"))
    assert (long.status_code, "this has 301, so 1 are too many" in long.text) == (422, True)
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(AuthorConflict.id)).all() == []


def test_more_co_authors_than_can_be_named_all_come_back(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    answer = client.post(NEW, data=fields(cast, action="save", **co_authors(15)))
    assert (answer.status_code, "At most 12 co-authors." in answer.text) == (422, True)
    assert [number for number in range(1, 16) if f"co{number}@looms.example" not in answer.text] == []
    assert everything() == []


def test_a_proposal_takes_as_many_co_authors_as_it_says(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast, **co_authors(7))
    with reading(SYSTEM) as work:
        refs = list(work.db.scalars(select(Authorship.ref).order_by(Authorship.position)))
    more = co_authors(5, first=8)
    rows = {**more, "row": [*refs, *list(more["row"])[1:]]}
    answer = client.post(edit_path(ref), data=fields(cast, action="save", base=stored(ref).version, **rows))
    assert answer.status_code == 303
    assert addresses() == ["ada@acme.example", *(f"co{number}@looms.example" for number in range(1, 13))]


def test_far_too_much_text_comes_back_too(client: FlaskClient, cast: factories.Cast) -> None:
    answer = client.post(NEW, data=fields(cast, abstract="x" * 1_000_000, action="save"))
    assert (answer.status_code, "x" * 1_000_000 in answer.text) == (422, True)
    sign_in(client, cast.ada)
    answer = client.post(NEW, data=fields(cast, abstract="x" * 1_000_000, action="save"))
    assert (answer.status_code, "x" * 1_000_000 in answer.text) == (422, True)
    assert "980000 characters are too much." in answer.text


def test_a_new_proposal_starts_with_what_the_account_says(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        person = work.db.get_one(Account, cast.eve)
        person.biography, person.affiliation = "Reads engines.", "Elsewhere & Sons"
    page = sign_in(client, cast.eve).get(NEW).text
    assert ("Reads engines." in page, "Elsewhere &amp; Sons" in page, 'value="Eve Elsewhere"' in page) == (
        True,
        True,
        True,
    )


def test_a_step_that_was_taken_already_is_no_failure(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast)
    outcomes = []
    for act in ("submit", "withdraw", "restore"):
        outcomes += [client.post(page_path(ref, act)).status_code for _time in range(2)]
    outcome(ref, "accepted")
    for act in ("confirm", "decline"):
        outcomes += [client.post(page_path(ref, act), data={"reason": "A strike."}).status_code for _time in range(2)]
    assert outcomes == [303] * 10
    assert (stored(ref).stage, stored(ref).answer, stored(ref).edit) == ("submitted", "declined", 1)


def test_a_step_that_cannot_be_taken_is_told_where_the_proposal_stands(
    client: FlaskClient, cast: factories.Cast
) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    answer = client.post(page_path(ref, "decline"), data={"reason": "We cannot come."})
    assert answer.status_code == 403
    assert "Only accepted proposals can be confirmed or declined." in answer.text
    assert ("What happens next:" in answer.text, "your role does not include this" in answer.text) == (True, False)
    assert sign_in(client, cast.eve).post(page_path(ref, "submit")).status_code == 404


def test_a_co_author_whose_address_is_wrong_stays_typed(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    answer = client.post(page_path(ref, "authors"), data={"name": "Zora Typed", "email": "zora at typed"})
    assert answer.status_code == 422
    assert ('value="Zora Typed"' in answer.text, 'value="zora at typed"' in answer.text) == (True, True)
    assert '<details class="more" open>' in answer.text


def test_signs_that_no_database_takes_are_left_out(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast, title="Eng\0ines", notes="\0")
    data = {"name": "Zo\0ra", "email": "zora@looms.example\0"}
    assert client.post(page_path(ref, "authors"), data=data).status_code == 303
    outcome(ref, "accepted")
    assert client.post(page_path(ref, "decline"), data={"reason": "A\0 strike."}).status_code == 303
    assert (stored(ref).title, stored(ref).answer_reason) == ("Engines", "A strike.")
    assert addresses() == ["ada@acme.example", "zora@looms.example"]


def test_who_comes_too_late_is_led_to_what_there_is(
    client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    clock.advance(timedelta(days=21))
    page = client.get(edit_path(ref))
    assert (page.status_code, "The deadline has passed." in page.text) == (403, True)
    assert ("What happens next:" in page.text, "your role does not include this" in page.text) == (True, False)
    page = client.application.test_client().get(NEW)
    assert (page.status_code, "The deadline has passed." in page.text) == (403, True)
    assert ("team@example.org" in page.text, "your role does not include this" in page.text) == (True, False)


def test_who_withdraws_too_late_knows_that_it_is_for_good(
    client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    assert "you can restore it until the deadline" in client.get(page_path(ref)).text
    clock.advance(timedelta(days=21))
    assert "only the organisers can restore it" in client.get(page_path(ref)).text
    client.post(page_path(ref, "withdraw"))
    page = client.get(page_path(ref)).text
    assert ("Withdrawn. Nothing is deleted." in page, "restore" in page) == (True, False)


def test_a_letter_that_a_newer_one_replaced_says_so(
    client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    ref = submit(sign_in(client, cast.ada), cast, **co_authors(1))
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(~Authorship.is_owner)).one()
        old = invitation_token(row.ref, row.invited_at or clock.now())
    clock.advance(timedelta(hours=2))
    client.post(page_path(ref, "authors"), data={"resend": row.ref})
    page = client.application.test_client().get(f"/pyfest27/cfp/invitation/{old}")
    assert (page.status_code, "This link was used already or is too old." in page.text) == (404, True)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "0027-03-27T09:00", "9999-12-31T23:59"])
def test_a_year_that_is_half_typed_is_no_date(client: FlaskClient, cast: factories.Cast, typed: str) -> None:
    sign_in(client, cast.ada)
    wrong = {"away-from": [typed], "away-until": ["9999-12-31T23:59"]}
    assert client.post(NEW, data=fields(cast, action="save", **wrong)).status_code == 422
    ref = submit(client, cast, title="Another", version="1", window="w")
    sign_in(client, cast.cleo)
    asked = {"slug": "two", "title": "Two", "text": "", "opens_at": typed, "closes_at": "2027-02-01T00:00", "track": ""}
    numbers = {"abstract_chars_max": "1500", "proposals_per_person_max": "3", "paper_pages_max": "9"}
    answers = [
        client.post("/pyfest27/cfp/set-up/new", data={**asked, **numbers}),
        client.post("/pyfest27/cfp/more-time", data={"ref": ref, "until": typed}),
        client.post(
            "/pyfest27/setup/session_type/new",
            data={"name": "Sprint", "kind": "talk", "length_minutes": "30", "closes_at": typed, "position": "0"},
        ),
    ]
    assert [(each.status_code, "This is no date and time." in each.text) for each in answers] == [(422, True)] * 3


def test_forms_that_come_at_the_same_moment_make_one_proposal(app: Flask, cast: factories.Cast) -> None:
    browsers = [sign_in(app.test_client(), cast.ada) for _number in range(4)]
    together = Barrier(len(browsers))

    def send(browser: FlaskClient) -> tuple[int, str]:
        together.wait()
        answer = browser.post(NEW, data=fields(cast, action="submit"))
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(send, browsers))
    [row] = everything()
    assert (row.stage, row.edit) == ("submitted", 1)
    assert set(answers) == {(303, page_path(row.ref))}
