"""The evenings of a chapter: a small series with a call that stays open, so that anybody can send something in."""

from datetime import timedelta

from cfp.service import CallDraft
from conference.service.setup import ConferenceDraft, RoomDraft, SessionTypeDraft, TrackDraft, make_chapter
from demo import founding
from demo.founding import TrackPlan
from demo.making import Making, next_weekday
from demo.people import Person
from demo.planning import Planner, until
from demo.submitting import send_in
from demo.texts import unwrapped
from plumbing.blobs import Blobs

ZONE = "Europe/Rome"
WEDNESDAY = 2
PROPOSALS = 9
DESCRIPTION = unwrapped("""
Il gruppo di Milano si incontra una sera al mese: due interventi brevi, un piatto caldo, molte domande.

*The Milan chapter meets one evening a month: two short talks, a warm meal, many questions. English is welcome.*
""")
CALL = unwrapped("""
La raccolta resta sempre aperta: le proposte aspettano in un cesto e ne peschiamo due per ogni serata.
Venti minuti bastano, le slide non sono obbligatorie.

*The call never closes: proposals wait in a pool, and two are drawn for each evening. Twenty minutes are enough.*
""")
CHAPTERS = (("Milano", "Milano"), ("Rhein-Neckar", "Mannheim"), ("Tirol", "Innsbruck"), ("Northern England", "Leeds"))


def make(making: Making, blobs: Blobs, cast: dict[str, Person], accounts: dict[str, int]) -> None:
    chapters = [
        make_chapter(
            making.work(accounts["administrator"], making.ago(330)),
            community_id=making.community_id, name=f"Chapter {name}", city=city,
        )
        for name, city in CHAPTERS
    ]  # fmt: skip
    first = next_weekday(making.now.date() + timedelta(days=24), WEDNESDAY)
    draft = ConferenceDraft(
        slug="serate-milano", name="Serate milanesi", acronym="serate", description=DESCRIPTION,
        venue="Circolo dei Navigli", city="Milano", zone=ZONE, locales=("it", "en"), starts_on=first,
        ends_on=first + timedelta(days=28), accent="crimson", contact_email="milano@circle.example",
        chapter_id=chapters[0],
    )  # fmt: skip
    organiser = making.account(cast["track-chair"], days=300)
    making.db.flush()
    event = founding.found(making, chair=accounts["chair"], at=making.ago(100), draft=draft)
    at = making.ago(98)
    founding.grant(making, event, at, organiser, "chair")
    track = TrackDraft("Esperienze", "Quello che abbiamo fatto, e come è andata.", "red", False, 0)
    founding.add_tracks(making, event, at, [TrackPlan("all", ("people", "finance", "public"), track)])
    founding.add_types(making, event, at, [SessionTypeDraft("Short talk", "talk", 20, None, 0)])
    founding.add_rooms(making, event, at, [RoomDraft("Sala grande", 45, ("projector",), 0)])
    closes = making.evening(-300, ZONE)
    call = CallDraft("serate", "Proposte per le serate", CALL, making.morning(90, ZONE), closes, None, 5, 2000, 10)
    founding.add_call(making, event, making.ago(95), call)
    planner = Planner(making, event, "serate", ("Short talk",), ("it", "en"))
    plans = planner.several("all", PROPOSALS, (making.ago(89), until(making.ago(1))))
    plans[0].stage = "draft"
    send_in(making, event, blobs, plans)
