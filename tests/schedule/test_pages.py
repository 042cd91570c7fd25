"""Pages of the editor: what they cost, what they refuse, and that they work without a script."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import Room
from conference.work import reading, writing
from plumbing.jobs import Job
from plumbing.kernel import kernel
from plumbing.queue import drain
from plumbing.sweep import KEPT_UNNAMED, sweep_files
from schedule.clashes import ClashKind, to_minute
from schedule.models import Day, Programme
from schedule.service.frame import close_room
from schedule.service.places import Place, add_block, place_talk
from tests.fixtures.app import sign_in
from tests.schedule.stage import SATURDAY, accepted

EDITOR = "/pyfest27/schedule/"
PAGES = (EDITOR, *(f"{EDITOR}{name}" for name in ("days", "closures", "releases", "release", "release/mails")))
PAGES = (*PAGES, f"{EDITOR}blocks/new", f"{EDITOR}programmes")
ACTS = ("put", "remove", "swap", "pin", "shift", "copy", "undo", "redo", "unwaive")


@pytest.fixture
def chair(stage, app):
    return sign_in(app.test_client(), stage.cast.cleo)


def put(client, block, room, hours, version="0", **headers):
    start = to_minute(SATURDAY + timedelta(hours=hours))
    data = {"block": str(block), "room": room, "start": start, "version": version}
    return client.post(f"{EDITOR}acts/put?day=1", data=data, headers=headers)


def test_every_page_opens_for_the_chair(stage, chair):
    stage.place(stage.talks[0])
    for page in PAGES:
        assert chair.get(page).status_code == 200, page


def test_the_editor_is_closed_to_everybody_without_a_track(stage, app):
    for person, status in ((stage.cast.ben, 403), (stage.cast.ada, 404), (stage.cast.eve, 404)):
        client = sign_in(app.test_client(), person)
        for page in PAGES:
            assert client.get(page).status_code == status, page
        for act in ACTS:
            assert client.post(f"{EDITOR}acts/{act}").status_code == status, act
    assert app.test_client().get(EDITOR).status_code == 303


def test_a_track_chair_sees_the_editor_and_moves_only_the_own_track(stage, app):
    client = sign_in(app.test_client(), stage.cast.gus)
    assert client.get(EDITOR).status_code == 200
    assert put(client, f"t{stage.talks[0]}", stage.aula, 0).status_code == 303
    assert put(client, f"t{stage.talks[1]}", stage.lab, 0).status_code == 403
    others = stage.plan().talks[stage.talks[1]].ref
    for page in (
        "days",
        "release",
        "programmes",
        "blocks/new",
        f"talks/{others}",
        f"slots/{stage.place(stage.talks[1])}",
    ):
        assert client.get(f"{EDITOR}{page}").status_code == 403


def test_the_editor_costs_the_same_number_of_queries_for_one_talk_and_for_ten(stage, chair, statements):
    stage.place(stage.talks[0])
    with statements() as few:
        chair.get(EDITOR)
    with writing(SYSTEM) as work:
        more = [accepted(work.db, stage.cast, f"More {number}") for number in range(10)]
    for number, talk in enumerate(more):
        stage.place(talk, stage.lab, 1 + number)
    with statements() as many:
        chair.get(EDITOR)
    assert len(many) == len(few)
    assert len(many) <= 12


def test_a_dropped_talk_gets_its_slot_and_the_answer_shows_it(stage, chair):
    answer = put(chair, f"t{stage.talks[0]}", stage.aula, 1, **{"HX-Request": "true"})
    card = BeautifulSoup(answer.data, "html.parser").select_one(".schedule-grid .talk-card")
    assert answer.status_code == 200
    assert (card["data-row"], card["data-span"], card["data-col"]) == ("13", "6", "1")
    assert "10:00–10:30" in card.text


def test_an_older_version_is_answered_with_409_and_the_plan_as_it_stands(stage, chair):
    number = stage.place(stage.talks[0])
    seen = stage.plan().slot_by_id[number].version
    assert put(chair, number, stage.lab, 2, version=seen).status_code == 303
    for headers in ({}, {"HX-Request": "true"}):
        late = put(chair, number, stage.aula, 5, version=seen, **headers)
        card = BeautifulSoup(late.data, "html.parser").select_one(".schedule-grid .talk-card")
        assert (late.status_code, card["data-col"], card["data-row"]) == (409, "2", "25")
        assert "Somebody has changed “Accepted 0” meanwhile" in late.text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"room": "999"}, 422, "not part of the conference"),
        ({"room": "x"}, 422, "is no whole number"),
        ({"start": ""}, 422, "The start is missing"),
        ({"start": "60"}, 422, "no day at that time"),
        ({"start": "-5"}, 422, "The start is missing"),
        ({"block": "t999"}, 404, ""),
        ({"block": "nonsense"}, 404, ""),
    ],
)
def test_bad_drops_are_refused_in_words_and_change_nothing(stage, chair, data, status, words):
    form = {"block": f"t{stage.talks[0]}", "room": stage.aula, "start": to_minute(SATURDAY), **data}
    answer = chair.post(f"{EDITOR}acts/put", data=form)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert stage.plan().slots == ()


def test_without_a_script_a_form_places_moves_pins_and_takes_out(stage, chair):
    ref = stage.plan().talks[stage.talks[0]].ref
    form = {"day": stage.saturday, "start": "10:30", "room": stage.aula, "length": "45"}
    assert chair.post(f"{EDITOR}talks/{ref}", data=form).status_code == 303
    (slot,) = stage.plan().live
    assert (slot.begin, slot.length_minutes) == (SATURDAY + timedelta(minutes=90), 45)
    form |= {"start": "00:05", "length": "20", "room": stage.lab, "is_pinned": "y", "version": slot.version}
    assert chair.post(f"{EDITOR}slots/{slot.id}", data=form).status_code == 303
    (moved,) = stage.plan().live
    assert (moved.begin, moved.is_pinned) == (SATURDAY + timedelta(hours=15, minutes=5), True)
    stale = chair.post(f"{EDITOR}slots/{slot.id}", data=form | {"start": "11:11"})
    assert (stale.status_code, "11:11" in stale.text, "Somebody was faster" in stale.text) == (409, True, True)


def test_a_slot_in_the_hour_that_comes_twice_stays_there_when_its_form_is_saved(stage, chair):
    night = datetime(2027, 10, 30, 18, tzinfo=UTC)
    with writing(SYSTEM) as work:
        day = Day(conference_id=stage.where, date=night.date(), starts_at=night, ends_at=night + timedelta(hours=10))
        work.db.add(day)
        work.db.flush()
        second = Place(stage.aula, datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
        place_talk(work, conference_id=stage.where, talk_id=stage.talks[0], place=second)
    (slot,) = stage.plan().live
    form = {"day": slot.day_id, "start": "02:30", "room": stage.lab, "length": "30", "version": slot.version}
    assert 'value="02:30"' in chair.get(f"{EDITOR}slots/{slot.id}").text
    assert chair.post(f"{EDITOR}slots/{slot.id}", data=form).status_code == 303
    (moved,) = stage.plan().live
    assert (moved.begin, moved.room_id) == (second.starts_at, stage.lab)


def test_a_time_that_the_clocks_leave_out_is_refused(stage, chair):
    with writing(SYSTEM) as work:
        work.db.get_one(Day, stage.saturday).ends_at = SATURDAY + timedelta(hours=20)
    ref = stage.plan().talks[stage.talks[0]].ref
    form = {"day": stage.saturday, "start": "02:30", "room": stage.aula, "length": "30"}
    refused = chair.post(f"{EDITOR}talks/{ref}", data=form)
    assert (refused.status_code, "The programme has no day at that time" in refused.text) == (422, True)
    assert chair.post(f"{EDITOR}talks/{ref}", data=form | {"start": "03:30"}).status_code == 303
    assert [slot.begin for slot in stage.plan().live] == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"start": "04:00"}, "that start is outside"),
        ({"length": "0"}, "between 1 and 1440"),
        ({"length": ""}, "How many minutes"),
        ({"room": "999"}, "Not a valid choice"),
        ({"start": "00:15"}, "end after the day has ended"),
    ],
)
def test_the_form_says_at_the_field_what_is_wrong(stage, chair, typed, words):
    ref = stage.plan().talks[stage.talks[0]].ref
    form = {"day": stage.saturday, "start": "10:30", "room": stage.aula, "length": "45", **typed}
    answer = chair.post(f"{EDITOR}talks/{ref}", data=form)
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert any(words in error.text for error in page.select("main [id$=-error], main .field__error")), page.main.text
    assert stage.plan().slots == ()


def test_the_expected_audience_is_compared_with_the_seats_of_the_room(stage, chair):
    """Ada's own form, open at the same time, is not in the way."""
    number = stage.place(stage.talks[0])
    ref, audience = (stage.plan().talks[stage.talks[0]].ref, lambda: stage.plan().talks[stage.talks[0]].interest)
    page = f"{EDITOR}talks/{ref}/audience"
    version = version_of(stage.talks[0])
    assert chair.post(page, data={"people": "4000", "seen": ""}).status_code == 303
    assert (audience(), version_of(stage.talks[0])) == (4000, version)
    assert "4000 people are expected" in chair.get(f"{EDITOR}slots/{number}").text
    assert [clash.kind for clash in stage.plan().index.of(number)] == [ClashKind.TOO_SMALL]
    late = chair.post(page, data={"people": "70", "seen": ""})
    assert (late.status_code, 'value="70"' in late.text, "4000 people are expected" in late.text) == (409, True, True)
    assert audience() == 4000
    assert chair.post(page, data={"people": "", "seen": "4000"}).status_code == 303
    assert (audience(), list(stage.plan().index.of(number))) == (None, [])
    for typed in ("-1", "many", "100001"):
        again = chair.post(page, data={"people": typed, "seen": ""})
        assert (again.status_code, f'value="{typed}"' in again.text) == (422, True)


def test_a_track_chair_says_how_many_come_to_talks_of_the_own_track_only(stage, app):
    client, talks = sign_in(app.test_client(), stage.cast.gus), stage.plan().talks
    own, other = (f"{EDITOR}talks/{talks[number].ref}/audience" for number in stage.talks[:2])
    assert (client.get(own).status_code, client.get(other).status_code) == (200, 403)
    assert client.post(own, data={"people": "30", "seen": ""}).status_code == 303
    assert client.post(other, data={"people": "30", "seen": ""}).status_code == 403
    assert [stage.plan().talks[number].interest for number in stage.talks[:2]] == [30, None]


def version_of(proposal):
    with reading(SYSTEM) as work:
        return work.db.get_one(Proposal, proposal).version


def test_the_version_changes_with_every_act_of_anybody(stage, chair):
    seen = {chair.get(f"{EDITOR}version").json["version"]}
    number = stage.place(stage.talks[0])
    seen.add(chair.get(f"{EDITOR}version").json["version"])
    put(chair, number, stage.lab, 3, version=stage.plan().slot_by_id[number].version)
    seen.add(chair.get(f"{EDITOR}version").json["version"])
    chair.post(f"{EDITOR}acts/undo")
    seen.add(chair.get(f"{EDITOR}version").json["version"])
    assert len(seen) == 4


def test_the_version_changes_when_days_rooms_or_closures_do(stage, chair):
    versions = [stage.plan().version]
    changes = (
        (Day, stage.saturday, {"ends_at": SATURDAY + timedelta(hours=12)}),
        (Room, stage.lab, {"name": "Great Hall"}),
        (Room, stage.lab, {"capacity": 7}),
    )
    for model, row_id, values in changes:
        with writing(SYSTEM) as work:
            row = work.db.get_one(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)
        versions.append(chair.get(f"{EDITOR}version").json["version"])
    hour = {"starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(hours=1), "reason": ""}
    with writing(stage.cleo) as work:
        close_room(work, conference_id=stage.where, room_id=stage.lab, **hour)
    versions.append(stage.plan().version)
    assert len(set(versions)) == 5
    assert chair.get(f"{EDITOR}version").json["version"] == versions[-1]


def test_shading_says_where_a_talk_fits(stage, chair):
    stage.place(stage.talks[0], minutes=30)
    first = to_minute(SATURDAY)
    asked = {"block": f"t{stage.talks[2]}", "day": stage.saturday, "first": first, "rows": 12}
    rooms = chair.get(f"{EDITOR}fits", query_string=asked).json["rooms"]
    assert rooms[str(stage.aula)] == "222222000000"
    # The same track beside itself is a warning.
    assert rooms[str(stage.lab)] == "111111000000"


def test_shading_for_what_fills_all_rooms_is_the_same_in_each(stage, chair):
    stage.place(stage.talks[0], minutes=30)
    place = Place(None, SATURDAY + timedelta(hours=3), 15)
    with writing(SYSTEM) as work:
        lunch = add_block(work, conference_id=stage.where, kind="break", title="Lunch", place=place)
    asked = {"block": lunch, "day": stage.saturday, "first": to_minute(SATURDAY), "rows": 8}
    rooms = chair.get(f"{EDITOR}fits", query_string=asked).json["rooms"]
    assert rooms == {str(stage.aula): "22222200", str(stage.lab): "22222200"}


def test_the_release_page_names_clashes_differences_and_mails_before_it_acts(stage, chair):
    stage.place(stage.talks[0])
    stage.place(stage.talks[1])
    page = chair.get(f"{EDITOR}release").text
    assert "1 clash is not solved" in page
    assert "Release and send 2 mails" in page
    refused = chair.post(f"{EDITOR}release", data={"name": "First", "version": stage.plan().version})
    assert (refused.status_code, "must be solved, waived or confirmed" in refused.text) == (422, True)
    form = {"name": "First", "version": stage.plan().version, "despite_fatal": "y"}
    assert chair.post(f"{EDITOR}release", data=form).status_code == 303
    assert "Accepted 0" in chair.get("/pyfest27/agenda/").text
    stale = chair.post(f"{EDITOR}release", data={"name": "Second", "version": "1.2.3", "despite_fatal": "y"})
    assert stale.status_code == 409


def test_a_page_of_mails_past_the_last_shows_the_last(stage, chair):
    stage.place(stage.talks[0])
    assert "Your slot at PyFest 2027" in chair.get(f"{EDITOR}release/mails?page=99").text


def test_a_programme_is_printed_by_a_job_and_found_in_the_agenda(stage, chair, client):
    stage.place(stage.talks[0])
    assert "make one first" in chair.post(f"{EDITOR}programmes", data={"paper": "A5", "locale": "de"}).text
    stage.release("First")
    before = client.get("/pyfest27/agenda/").text
    for _twice in range(2):
        assert chair.post(f"{EDITOR}programmes", data={"paper": "A5", "locale": "de"}).status_code == 303
    with writing(SYSTEM) as work:
        (job,) = work.db.query(Job).all()
    assert "Waiting for a worker" in chair.get(f"/pyfest27/jobs/{job.ref}").text
    assert client.get(f"/pyfest27/jobs/{job.ref}").status_code == 303
    drain(kernel())
    assert "Done" in chair.get(f"/pyfest27/jobs/{job.ref}").text
    file = client.get("/pyfest27/agenda/programme-A5-de.pdf")
    assert (file.status_code, file.data[:5]) == (200, b"%PDF-")
    known = client.get("/pyfest27/agenda/programme-A5-de.pdf", headers={"If-None-Match": file.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    assert "programme-A5-de.pdf" in client.get("/pyfest27/agenda/").text
    assert "programme-A5-de.pdf" not in before
    stage.place(stage.talks[1], stage.lab, 2)
    stage.release("Second")
    assert client.get("/pyfest27/agenda/programme-A5-de.pdf").status_code == 404


def test_a_programme_printed_anew_stays_and_the_file_it_replaces_is_swept(stage, chair, clock):
    stage.place(stage.talks[0])
    stage.release("First")
    chair.post(f"{EDITOR}programmes", data={"paper": "A5", "locale": "en"})
    drain(kernel())
    older = kernel().blobs.put(b"as another version of the software printed it")
    with writing(SYSTEM) as work:
        work.db.query(Programme).one().blob_key = older
    clock.advance(KEPT_UNNAMED + timedelta(seconds=1))
    sweep_files(kernel())
    assert kernel().blobs.has(older)
    chair.post(f"{EDITOR}programmes", data={"paper": "A5", "locale": "en"})
    drain(kernel())
    clock.advance(KEPT_UNNAMED + timedelta(seconds=1))
    sweep_files(kernel())
    with writing(SYSTEM) as work:
        newer = work.db.query(Programme).one().blob_key
    assert (kernel().blobs.has(older), kernel().blobs.has(newer)) == (False, True)


def test_a_job_is_seen_and_cancelled_by_the_one_who_asked_and_by_chairs_only(stage, chair, app):
    stage.place(stage.talks[0])
    stage.release("First")
    chair.post(f"{EDITOR}programmes", data={"paper": "A4", "locale": "en"})
    with writing(SYSTEM) as work:
        ref = work.db.query(Job).one().ref
    for person in (stage.cast.ben, stage.cast.gus, stage.cast.ada):
        stranger = sign_in(app.test_client(), person)
        assert stranger.get(f"/pyfest27/jobs/{ref}").status_code == 404
        assert stranger.post(f"/pyfest27/jobs/{ref}/cancel").status_code == 404
    assert chair.post(f"/pyfest27/jobs/{ref}/cancel").status_code == 303
    assert "Cancelled" in chair.get(f"/pyfest27/jobs/{ref}").text
    drain(kernel())
    assert app.test_client().get("/pyfest27/agenda/programme-A4-en.pdf").status_code == 404
