"""Telling the authors: one act, one transaction, with every letter seen beforehand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp.outcomes import (
    DecisionParts,
    outcomes_of,
    preview_letters,
    provide_letter_parts,
    tell_outcomes,
)
from conference.models import LOCALES
from conference.work import Work
from plumbing.answers import Conflict, Invalid, require
from plumbing.outbox import Letter
from plumbing.refs import new_ref
from plumbing.sentences import sentence
from reviews import policy
from reviews.conflicts import reviewer_in_conflict
from reviews.models import VERDICTS, Decision, DecisionRelease, Review
from reviews.queries.table import OUTCOMES
from reviews.walls import walls_of_actor

WORDS_CHARS_MAX = 5_000
CHANGED = sentence("Decisions changed since you saw these letters. Please look at them again.")

Words = Mapping[str, Mapping[str, str]]
"""By verdict, then by language: what the chairs say to everybody with that verdict."""


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    words: Words
    includes_reviews: bool = True


@dataclass(frozen=True, slots=True)
class Untold:
    """What a release would tell, by proposal, without what stands behind the asker's walls. ``texts`` are those of the
    reviews that go along. ``fingerprint`` is another when any of it is.
    """

    verdicts: Mapping[int, str]
    notes: Mapping[int, str]
    texts: Mapping[int, tuple[str, ...]]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a release would tell, and the letters by proposal."""

    news: Untold
    letters: Mapping[int, list[Letter]]


@dataclass(frozen=True, slots=True)
class Released:
    ref: str
    told: int


def untold(work: Work, *, conference_id: int, includes_reviews: bool = True) -> Untold:
    """The private decisions that the asker may see. Six queries."""
    require(policy.can_release(work.actor, conference_id, work.now))
    walls = walls_of_actor(work, conference_id).numbers(work)
    rows = [row for row in _private(work, conference_id) if row.proposal_id not in walls]
    texts = _review_texts(work.db, [row.proposal_id for row in rows]) if includes_reviews else {}
    shown = sorted((row.proposal_id, row.version, texts.get(row.proposal_id, ())) for row in rows)
    return Untold(
        verdicts={row.proposal_id: row.verdict for row in rows},
        notes={row.proposal_id: row.note for row in rows},
        texts=texts,
        fingerprint=hashlib.sha256(repr(shown).encode()).hexdigest()[:24],
    )


def preview(work: Work, *, conference_id: int, draft: ReleaseDraft) -> Preview:
    """Every letter to the byte, made by the composer that will send it. Letters about a proposal behind
    the asker's walls are not among them. Letters name authors, so the look is logged.
    """
    _check(draft)
    news = untold(work, conference_id=conference_id, includes_reviews=draft.includes_reviews)
    parts = {
        number: DecisionParts(
            note=news.notes[number],
            review_texts=news.texts.get(number, ()),
            words_by_locale=draft.words.get(verdict, {}),
        )
        for number, verdict in news.verdicts.items()
    }
    outcomes = {number: OUTCOMES[verdict] for number, verdict in news.verdicts.items()}
    work.audit(
        "decision.preview",
        conference_id=conference_id,
        subject=("conference", conference_id),
        after={"letters": len(outcomes)},
    )
    return Preview(news, preview_letters(work, conference_id, outcomes, parts))


def release_decisions(work: Work, *, conference_id: int, draft: ReleaseDraft, fingerprint: str) -> Released:
    """Tells every private decision, those behind the asker's own walls too. Raises ``Conflict`` when what the asker
    saw is not what stands now. Reviewers may go on writing; what they wrote until now is kept for the letters.
    """
    require(policy.can_release(work.actor, conference_id, work.now))
    _check(draft)
    seen = untold(work, conference_id=conference_id, includes_reviews=draft.includes_reviews)
    if seen.fingerprint != fingerprint:
        raise Conflict(CHANGED)
    rows = _private(work, conference_id)
    if not rows:
        raise Invalid("release", "nothing", sentence("There is nothing new to tell."))
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in VERDICTS}
    texts = _review_texts(work.db, [row.proposal_id for row in rows]) if draft.includes_reviews else {}
    release = DecisionRelease(
        conference_id=conference_id,
        ref=new_ref(),
        released_by_id=work.actor.account_id,
        released_at=work.now,
        includes_reviews=draft.includes_reviews,
        letters={
            "words": {verdict: dict(draft.words.get(verdict, {})) for verdict in VERDICTS},
            "told": {str(row.proposal_id): [row.verdict, row.note] for row in rows},
            "texts": {str(number): list(found) for number, found in texts.items()},
        },
        counts=counts,
    )
    work.db.add(release)
    work.db.flush()
    for row in rows:
        row.release_id = release.id
    outcomes = {row.proposal_id: OUTCOMES[row.verdict] for row in rows}
    told = tell_outcomes(work, conference_id=conference_id, outcomes=outcomes, release_id=release.id)
    work.audit("decision.release", conference_id=conference_id, subject=("decision_release", release.id), after=counts)
    return Released(release.ref, told)


@provide_letter_parts
def letter_parts(db: Session, proposal_id: int, release_id: int) -> DecisionParts:
    """What this floor adds to a decision letter: the chairs' words, and reviews' texts without any name.

    All of it is that of the release: what a chair has decided or a reviewer has written since is not. One query.
    """
    release = db.get_one(DecisionRelease, release_id)
    verdict, note = release.letters["told"].get(str(proposal_id), ("", ""))
    texts = release.letters.get("texts")
    if texts is None:  # a release of before texts were frozen, with letters to write after an upgrade
        texts = _review_texts(db, [proposal_id]) if release.includes_reviews else {}
        texts = {str(number): found for number, found in texts.items()}
    return DecisionParts(
        note=note,
        review_texts=tuple(texts.get(str(proposal_id), ())),
        words_by_locale=release.letters["words"].get(verdict, {}),
    )


def _private(work: Work, conference_id: int) -> list[Decision]:
    """Decisions on submitted proposals whose authors know something else, or nothing. Two queries."""
    outcomes = outcomes_of(work, conference_id)
    rows = work.db.scalars(
        select(Decision).where(Decision.conference_id == conference_id).order_by(Decision.proposal_id)
    )
    return [
        row
        for row in rows
        if row.proposal_id in outcomes and outcomes[row.proposal_id].outcome != OUTCOMES[row.verdict]
    ]


def _review_texts(db: Session, proposals: list[int]) -> dict[int, tuple[str, ...]]:
    """Texts of sent reviews by proposal, in an order that says nothing (that of the random references). One query."""
    rows = db.execute(
        select(Review.proposal_id, Review.text)
        .where(Review.proposal_id.in_(proposals), Review.state == "submitted", Review.text != "")
        .where(~reviewer_in_conflict())
        .order_by(Review.ref)
    )
    found: dict[int, tuple[str, ...]] = {}
    for number, text in rows:
        found[number] = (*found.get(number, ()), text)
    return found


def _check(draft: ReleaseDraft) -> None:
    for verdict, by_locale in draft.words.items():
        for locale, text in by_locale.items():
            if verdict not in VERDICTS or locale not in LOCALES:
                raise Invalid("words", "unknown", sentence("There is no such letter."))
            if len(text) > WORDS_CHARS_MAX:
                words = sentence("At most %(most)s characters, please.", most=WORDS_CHARS_MAX)
                raise Invalid(f"words-{verdict}-{locale}", "too_long", words)
