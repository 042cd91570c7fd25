"""How many are expected to come to a talk: what a room's seats are compared with."""

from cfp.accepted import accepted_talks, set_interest
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.sentences import sentence
from schedule import policy

AUDIENCE_MAX = 100_000


def expect_audience(work: Work, *, conference_id: int, talk_id: int, people: int | None, seen: int | None) -> None:
    """Notes how many people are expected, None for “nobody knows”. ``seen`` is what the chair saw noted before.

    Raises ``Conflict`` (``stored`` is the number) when somebody has noted another number since, ``Invalid``,
    ``Missing``, ``Refused``.
    """
    talks = accepted_talks(work, conference_id, [talk_id])
    if not talks:
        raise Missing()
    require(policy.can_schedule(work.actor, conference_id, [talks[0].track_id], work.now))
    stored = talks[0].interest
    if people is not None and not 0 <= people <= AUDIENCE_MAX:
        raise Invalid("people", "range", sentence("Please say how many people, up to 100,000, or nothing."))
    if people == stored:
        return
    if stored != seen:
        raise Conflict(stored=stored)
    set_interest(work, proposal_id=talk_id, people=people)
    work.audit(
        "schedule.audience",
        conference_id=conference_id,
        subject=("proposal", talk_id),
        before={"people": stored},
        after={"people": people},
    )
