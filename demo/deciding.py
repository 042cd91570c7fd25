"""Decisions of the chairs after the reviews: verdicts, words, releases, and the answers of the authors."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from cfp.service import confirm_proposal, decline_proposal
from demo.founding import Founded
from demo.making import Making
from demo.submitting import Planned
from reviews.models import Decision
from reviews.service.deciding import Pick, decide, write_note
from reviews.service.releasing import ReleaseDraft, release_decisions, untold
from reviews.walls import walls_of_actor

WORDS = {
    "accept": {
        "en": "We are glad to have you on the programme. Please confirm within ten days; then we plan the rooms.",
        "de": "Wir freuen uns, Sie im Programm zu haben. Bitte bestätigen Sie innerhalb von zehn Tagen, damit wir die "
        "Räume planen können.",
        "it": "Siamo lieti di avervi in programma. Vi preghiamo di confermare entro dieci giorni, così possiamo "
        "assegnare le sale.",
    },
    "reject": {
        "en": "We had room for less than half of what was sent in. Please read the reviews as an invitation to try "
        "again; our chapters look for speakers all year round.",
        "de": "Wir hatten Platz für weniger als die Hälfte der Einreichungen. Bitte lesen Sie die Gutachten als "
        "Einladung, es wieder zu versuchen; unsere Regionalgruppen suchen das ganze Jahr über Vortragende.",
        "it": "Avevamo posto per meno della metà delle proposte. Leggete le revisioni come un invito a riprovare: i "
        "nostri gruppi locali cercano relatori tutto l'anno.",
    },
    "waitlist": {
        "en": "If somebody cancels, you will hear from us first.",
        "de": "Wenn jemand absagt, hören Sie als Erste von uns.",
        "it": "Se qualcuno rinuncia, sarete i primi a saperlo.",
    },
}
NOTES = (
    "Please say a little more about the costs; three members of the committee asked for it.",
    "We would like to give you a longer slot. Would fifty minutes suit you?",
    "The committee asks you to leave out the product names in the title.",
    "A talk on nearly the same topic was ranked higher. Please think of the chapter meetings.",
)
REASONS = (
    "I change the company in spring and must not speak about this any more.",
    "Our go-live was moved to exactly these two days.",
    "Parental leave: our daughter will be faster than the conference.",
    "The travel budget was cut; I hope to come back next year.",
)


def judge(
    making: Making,
    event: Founded,
    chairs: Sequence[int],
    verdicts: Mapping[int, str],
    plans: Sequence[Planned],
    at: datetime,
) -> list[Planned]:
    """Each verdict by the first of the chairs who is not in conflict; returns those that nobody may decide on."""
    left = [plan for plan in plans if plan.id in verdicts]
    for chair in chairs:
        work = making.work(chair, at)
        walls = walls_of_actor(work, event.id).numbers(work)
        for verdict in ("accept", "waitlist", "reject"):
            picks = [Pick(plan.ref, 0) for plan in left if plan.id not in walls and verdicts[plan.id] == verdict]
            if picks:
                decide(work, conference_id=event.id, picks=picks, verdict=verdict)
        making.db.flush()
        left = [plan for plan in left if plan.id in walls]
    return left


def add_notes(making: Making, event: Founded, plans: Sequence[Planned], at: datetime) -> None:
    """Words to some authors."""
    work = making.work(event.chair, at)
    walls = walls_of_actor(work, event.id).numbers(work)
    versions = dict(
        making.db.execute(
            select(Decision.proposal_id, Decision.version).where(Decision.conference_id == event.id)
        ).all()
    )
    decided = [plan for plan in plans if plan.id in versions and plan.id not in walls]
    for plan, note in zip(making.lot.sample(decided, len(NOTES)), NOTES, strict=True):
        write_note(work, conference_id=event.id, ref=plan.ref, version=versions[plan.id], note=note)
    making.db.flush()


def tell(making: Making, event: Founded, at: datetime) -> None:
    """Releases what was decided."""
    work = making.work(event.chair, at)
    fingerprint = untold(work, conference_id=event.id).fingerprint
    release_decisions(work, conference_id=event.id, draft=ReleaseDraft(WORDS), fingerprint=fingerprint)
    making.db.flush()


def answer(
    making: Making,
    event: Founded,
    accepted: Sequence[Planned],
    at: datetime,
    *,
    declined: int,
    silent: int,
    asked: Sequence[Planned] = (),
) -> list[Planned]:
    """Authors confirm over two weeks, some decline, some stay silent, ``asked`` among these.

    Returns those who have not declined.
    """
    lot = making.lot
    others = [plan for plan in accepted if plan not in asked]
    order = lot.sample(others, len(others))
    order[declined:declined] = asked
    for number, plan in enumerate(order):
        work = making.work(making.accounts[plan.owner.email], at + timedelta(hours=lot.uniform(2, 330)))
        if number < declined:
            decline_proposal(work, conference_id=event.id, ref=plan.ref, reason=REASONS[number % len(REASONS)])
        elif number >= declined + silent:
            confirm_proposal(work, conference_id=event.id, ref=plan.ref)
    making.db.flush()
    return order[declined:]


def rank(plans: Sequence[Planned], means: Mapping[int, float]) -> dict[str, list[Planned]]:
    """By track, the best first."""
    found: dict[str, list[Planned]] = defaultdict(list)
    for plan in sorted(plans, key=lambda plan: -means.get(plan.id, 0)):
        found[plan.track].append(plan)
    return found
