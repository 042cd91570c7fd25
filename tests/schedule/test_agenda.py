"""The public agenda: made of the frozen release alone, the same bytes for everybody, one query a request."""

import gzip
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete

from cfp.authors import Authorship
from conference.actor import SYSTEM
from conference.models import Conference
from conference.work import writing
from schedule import shelf
from schedule.models import Slot
from schedule.service import places
from tests.fixtures.app import NOW, sign_in
from tests.schedule.stage import SATURDAY, SUNDAY, accepted

CANARIES = ("CANARY-UNDECIDED", "CANARY-REJECTED", "CANARY-WAITING", "CANARY-UNPLACED")


@pytest.fixture
def released(stage):
    with writing(SYSTEM) as work:
        accepted(work.db, stage.cast, CANARIES[0], outcome="undecided")
        accepted(work.db, stage.cast, CANARIES[1], outcome="rejected")
        accepted(work.db, stage.cast, CANARIES[2], outcome="waitlisted")
        accepted(work.db, stage.cast, CANARIES[3])
    stage.place(stage.talks[0])
    stage.place(stage.talks[1], stage.lab, 1)
    stage.release("First draft")
    return stage


def crawl(client, start):
    """Every page and file below the agenda that can be reached by links, by address."""
    found, waiting = {}, [start]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = answer.data
        if answer.mimetype == "text/html":
            links = [link["href"] for link in BeautifulSoup(answer.data, "html.parser").select("a[href]")]
            waiting += [
                link.split("#")[0] for link in links if link.startswith(start.rsplit("agenda", 1)[0] + "agenda")
            ]
    return found


def test_every_page_and_feed_tells_the_talks_and_nothing_else(released, client):
    found = crawl(client, "/pyfest27/agenda/")
    assert any(address.endswith(".ics") for address in found)
    assert any("/speakers/" in address for address in found)
    assert any("/v/1/" in address for address in found)
    whole = b"".join(found.values()).decode()
    for canary in CANARIES:
        assert canary not in whole
    for shown in ("Accepted 0", "Accepted 1", "Ada Lovelace", "Dan Domain", "First draft"):
        assert shown in whole
    assert "ada@acme.example" not in whole
    assert "Eve Elsewhere" not in whole


def test_before_the_release_nothing_is_told(stage, client):
    stage.place(stage.talks[0])
    page = client.get("/pyfest27/agenda/")
    assert (page.status_code, "Accepted 0" in page.text) == (200, False)
    for feed in ("schedule.xml", "schedule.json", "schedule.ics", "speakers/", "changes", "v/1/"):
        answer = client.get(f"/pyfest27/agenda/{feed}")
        assert (answer.status_code, "Accepted" in answer.text) == (404, False)


def test_the_agenda_reads_no_live_table(released, client):
    before = client.get("/pyfest27/agenda/").data
    shelf.empty()
    with writing(SYSTEM) as work:
        work.db.execute(delete(Slot))
        work.db.execute(delete(Authorship))
    assert client.get("/pyfest27/agenda/").data == before


def test_a_page_that_is_on_the_shelf_costs_one_query(released, client, statements):
    for address in ("/pyfest27/agenda/", "/pyfest27/agenda/schedule.xml", "/pyfest27/agenda/speakers/"):
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) == 1, address


def test_everybody_gets_the_same_bytes(released, app):
    nobody, chair = app.test_client(), sign_in(app.test_client(), released.cast.cleo)
    pages = ["/pyfest27/agenda/", "/pyfest27/agenda/?view=list&day=all", "/pyfest27/agenda/speakers/"]
    for address in pages:
        assert chair.get(address).data == nobody.get(address).data
        shelf.empty()
        assert "Cleo" not in chair.get(address).text
        assert "Set-Cookie" not in nobody.get(address).headers


def test_an_unknown_part_of_the_address_is_not_echoed_to_the_next_visitor(released, client):
    first = client.get("/pyfest27/agenda/?track=nothing&evil=CANARY").text
    assert "CANARY" not in first
    assert client.get("/pyfest27/agenda/").text == first


def test_a_known_etag_is_answered_without_a_body_until_the_next_release(released, client):
    first = client.get("/pyfest27/agenda/", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.data) == client.get("/pyfest27/agenda/").data
    asked = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    again = client.get("/pyfest27/agenda/", headers=asked)
    assert (again.status_code, again.data) == (304, b"")
    # What a proxy makes of it that packs by itself.
    weak = {"If-None-Match": f"W/{first.headers['ETag']}"}
    assert client.get("/pyfest27/agenda/", headers=asked | weak).status_code == 304
    assert {"Accept-Encoding", "Cookie", "Accept-Language"} <= set(again.headers["Vary"].split(", "))
    released.place(released.talks[2], released.lab, 6)
    released.release("Second")
    assert client.get("/pyfest27/agenda/", headers=asked).status_code == 200


def test_languages_have_pages_of_their_own(released, client):
    english, german = (client.get("/pyfest27/agenda/", headers={"Accept-Language": code}) for code in ("en", "de"))
    assert english.headers["ETag"] != german.headers["ETag"]
    assert 'lang="de"' in german.text


def test_filters_narrow_the_list_and_unknown_values_are_ignored(released, client):
    web = client.get("/pyfest27/agenda/?view=list&track=web").text
    assert ("Accepted 1" in web, "Accepted 0" in web) == (True, False)
    aula = client.get("/pyfest27/agenda/?view=list&room=aula").text
    assert ("Accepted 0" in aula, "Accepted 1" in aula) == (True, False)
    nonsense = client.get("/pyfest27/agenda/?view=list&track=%3Cscript%3E")
    assert nonsense.data == client.get("/pyfest27/agenda/?view=list").data


def test_an_old_release_stays_readable_and_says_that_it_is_old(released, client):
    old = client.get("/pyfest27/agenda/v/1/").text
    assert "not the newest" not in old
    released.place(released.talks[2], released.lab, 6)
    released.release("Second")
    old = client.get("/pyfest27/agenda/v/1/").text
    assert ("not the newest" in old, "Accepted 2" in old) == (True, False)
    assert "Accepted 2" in client.get("/pyfest27/agenda/").text
    changes = client.get("/pyfest27/agenda/changes").text
    assert changes.index("Second") < changes.index("First draft")
    assert client.get("/pyfest27/agenda/v/3/").status_code == 404


def test_a_conference_that_is_not_live_shows_its_agenda_to_its_team_only(released, app):
    with writing(SYSTEM) as work:
        work.db.get_one(Conference, released.where).live_at = None
    nobody, chair = app.test_client(), sign_in(app.test_client(), released.cast.cleo)
    assert nobody.get("/pyfest27/agenda/").status_code == 404
    assert nobody.get("/pyfest27/agenda/schedule.xml").status_code == 404
    answer = chair.get("/pyfest27/agenda/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_unknown_talks_and_speakers_are_not_there(released, client):
    for address in ("talks/nothing", "talks/nothing.ics", "speakers/nothing", "speakers/nothing.ics"):
        assert client.get(f"/pyfest27/agenda/{address}").status_code == 404


def test_a_cancelled_talk_says_so_on_its_page(released, client, clock):
    ref = next(talk.ref for talk in released.plan().talks.values() if talk.title == "Accepted 0")
    clock.advance(timedelta(hours=1))
    with writing(SYSTEM) as work:
        places.remove_slot(work, conference_id=released.where, seen=places.Seen(1))
    released.release("Second")
    assert "Cancelled" in client.get(f"/pyfest27/agenda/talks/{ref}").text
    assert "Ada Lovelace" not in client.get("/pyfest27/agenda/speakers/").text
    assert "STATUS:CANCELLED" in client.get("/pyfest27/agenda/schedule.ics").text


def test_the_agenda_opens_on_the_first_day_that_takes_place(released, client):
    """A day that was given up stays in the document for the sake of calendars, and in the list of all days."""
    for slot in released.plan().live:
        with writing(SYSTEM) as work:
            places.remove_slot(work, conference_id=released.where, seen=places.Seen(slot.id))
    with writing(SYSTEM) as work:
        place = places.Place(released.lab, SUNDAY)
        places.place_talk(work, conference_id=released.where, talk_id=released.talks[0], place=place)
    released.release("Sunday alone")
    page = BeautifulSoup(client.get("/pyfest27/agenda/").data, "lxml")
    assert [card.get_text(strip=True) for card in page.select(".talk-card__title")] == ["Accepted 0"]
    assert page.select(".tabs a") == []
    every = BeautifulSoup(client.get("/pyfest27/agenda/?view=list&day=all").data, "lxml")
    assert [head["id"] for head in every.select("[id^=day-]")] == ["day-1", "day-2"]


def test_during_the_conference_the_agenda_opens_on_the_day_that_is_running(released, client, clock):
    with writing(SYSTEM) as work:
        place = places.Place(released.lab, SUNDAY)
        places.place_talk(work, conference_id=released.where, talk_id=released.talks[2], place=place)
    released.release("Two days")

    def shown():
        page = BeautifulSoup(client.get("/pyfest27/agenda/").data, "lxml")
        return page.select_one(".tabs [aria-current]").get_text(strip=True)

    assert shown() == "Sat 27 Mar"
    # After midnight it is still Saturday's programme.
    clock.advance(SATURDAY + timedelta(hours=15, minutes=10) - NOW)
    assert shown() == "Sat 27 Mar"
    clock.advance(timedelta(hours=10))
    assert shown() == "Sun 28 Mar"
    clock.advance(timedelta(days=30))
    assert shown() == "Sat 27 Mar"
