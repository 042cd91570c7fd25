"""The doors of this floor: what reviewing may know, who must not review what, what the schedule gets."""

import dataclasses

import pytest
from sqlalchemy import select

from cfp import blind
from cfp.accepted import accepted_talks, unavailabilities
from cfp.authors import AuthorConflict, Authorship, Unavailability
from cfp.domains import mail_domain, same_house
from cfp.imported import ImportedSpeaker, ImportedTalk, upsert_imported_talks
from cfp.models import Proposal
from cfp.outcomes import outcomes_of, tell_outcomes
from cfp.service import attach_paper, store_paper
from conference.actor import SYSTEM, load_actor
from conference.models import Account, SessionType
from conference.work import Work, reading, reading_blind, writing
from plumbing.answers import Missing, Refused
from plumbing.kernel import kernel
from plumbing.outbox import Outbox
from tests import factories
from tests.cfp import pdfs
from tests.fixtures.app import StatementCounter

IDENTITY = {"author", "name", "email", "account", "affiliation", "biography", "submitted", "created", "changed", "guid"}


def pairs(cast: factories.Cast, *reviewers: int) -> set[tuple[int, int, str]]:
    with reading(SYSTEM) as work:
        return blind.conflict_pairs(work, cast.conference, reviewers)


def test_a_blind_proposal_has_nothing_to_ask_about_people(cast: factories.Cast) -> None:
    names = {field.name for field in dataclasses.fields(blind.BlindProposal)}
    allowed = {"track_name", "type_name"}
    assert {name for name in names - allowed if any(word in name for word in IDENTITY)} == set()
    with writing(SYSTEM) as work:
        factories.proposal(work.db, cast)
    with reading_blind(SYSTEM) as work:
        (found,) = blind.proposals_for_review(work, cast.conference)
    with pytest.raises(AttributeError):
        found.authors  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises((AttributeError, TypeError)):
        found.authors = ()  # type: ignore[attr-defined]


def test_the_door_shows_what_is_submitted_in_an_order_that_tells_nothing(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        shown = [factories.proposal(work.db, cast, ref=ref) for ref in ("zz", "aa", "mm")]
        factories.proposal(work.db, cast, stage="draft")
        factories.proposal(work.db, cast, stage="withdrawn")
    with reading_blind(SYSTEM) as work:
        found = blind.proposals_for_review(work, cast.conference)
        some = blind.proposals_for_review(work, cast.conference, ids={shown[0].id})
    assert [each.ref for each in found] == ["aa", "mm", "zz"]
    assert [each.ref for each in some] == ["zz"]
    assert (found[0].track_name, found[0].type_name, found[0].length_minutes) == ("Data", "Talk", 30)


def test_the_door_takes_two_queries_for_any_number(cast: factories.Cast, statements: StatementCounter) -> None:
    counts = []
    for _number in range(2):
        with writing(SYSTEM) as work:
            for _again in range(5):
                factories.proposal(work.db, cast)
        with statements() as seen, reading_blind(SYSTEM) as work:
            blind.proposals_for_review(work, cast.conference)
        counts.append(len(seen))
    assert counts == [2, 2]


def test_the_newest_paper_comes_rewritten_under_its_reference(cast: factories.Cast) -> None:
    paper = store_paper(kernel().blobs, data=pdfs.telling_pdf(), file_name="Ada Lovelace.pdf", pages_max=9)
    with writing(SYSTEM) as work:
        proposal = factories.proposal(work.db, cast, ref="abc", kind="paper")
        attach_paper(work, proposal, paper)
        attach_paper(work, proposal, paper)
        number = proposal.id
    with reading_blind(SYSTEM) as work:
        name, data = blind.paper_bytes(work, number)
        (found,) = blind.proposals_for_review(work, cast.conference)
    assert name == "paper-abc.pdf"
    assert pdfs.CANARY.encode() not in pdfs.everything_in(data)
    assert found.paper == blind.BlindPaper(2, 2, len(data), "paper-abc.pdf")


def test_a_paper_that_is_not_there_or_not_submitted_is_missing(cast: factories.Cast) -> None:
    paper = store_paper(kernel().blobs, data=pdfs.plain_pdf(), file_name="x.pdf", pages_max=9)
    with writing(SYSTEM) as work:
        bare = factories.proposal(work.db, cast).id
        draft = factories.proposal(work.db, cast, stage="draft")
        attach_paper(work, draft, paper)
        numbers = (bare, draft.id, 999_999)
    for number in numbers:
        with pytest.raises(Missing), reading_blind(SYSTEM) as work:
            blind.paper_bytes(work, number)


def test_authors_and_colleagues_of_the_same_house_are_found(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        number = factories.proposal(work.db, cast).id
    assert pairs(cast, cast.ben, cast.dan, cast.ada) == {
        (cast.dan, number, "same_domain"),
        (cast.ada, number, "own"),
    }


def test_people_who_write_together_do_not_review_each_other(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        db = work.db
        common = factories.proposal(db, cast)
        factories.authorship(db, common, cast.ben, position=1)
        alone = factories.proposal(db, cast)
        other = factories.proposal(db, cast, author=cast.eve)
    assert pairs(cast, cast.ben) == {(cast.ben, common.id, "own"), (cast.ben, alone.id, "coauthor")}
    assert other.id not in {proposal for _who, proposal, _kind in pairs(cast, cast.ben)}


def test_an_invited_co_author_counts_and_one_who_declined_does_not(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        first, second = factories.proposal(work.db, cast), factories.proposal(work.db, cast)
        rows = [
            factories.authorship(work.db, proposal, cast.ben, position=1, accepted_at=None)
            for proposal in (first, second)
        ]
        for row in rows:
            row.account_id = None
        rows[1].declined_at = work.now
    assert pairs(cast, cast.ben) == {(cast.ben, first.id, "own"), (cast.ben, second.id, "coauthor")}


def test_what_authors_typed_is_matched_by_address_or_name(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        numbers = []
        for typed in ("BEN@mit.example", "ben  bitdiddle", "Somebody Else"):
            proposal = factories.proposal(work.db, cast, author=cast.eve)
            numbers.append(proposal.id)
            work.db.add(
                AuthorConflict(
                    conference_id=cast.conference, proposal_id=proposal.id, typed=typed, declared_at=work.now
                )
            )
    assert pairs(cast, cast.ben) == {(cast.ben, number, "author_declared") for number in numbers[:2]}


def test_public_mail_providers_say_nothing(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        work.db.get_one(Account, cast.ben).email = "ben@gmail.com"
        work.db.get_one(Account, cast.ada).email = "ada@gmail.com"
        proposal = factories.proposal(work.db, cast)
        row = work.db.scalars(select(Authorship).where(Authorship.proposal_id == proposal.id)).one()
        row.email = "ada@gmail.com"
    assert pairs(cast, cast.ben) == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@uni.example", "b@UNI.example", True),
        ("a@physics.uni.example", "b@uni.example", True),
        ("a@uni.example", "b@other-uni.example", False),
        ("a@gmx.de", "b@gmx.de", False),
        ("a@uni.example", None, False),
        ("nonsense", "nonsense", False),
    ],
)
def test_a_house_is_a_domain_or_a_part_of_it(one: str, other: str | None, same: bool) -> None:
    assert same_house(one, other) is same
    assert same_house(other, one) is same
    assert mail_domain("x@sub.Gmail.com.") == "sub.gmail.com"


def test_conflicts_take_three_queries_for_any_number(cast: factories.Cast, statements: StatementCounter) -> None:
    counts = []
    for _number in range(2):
        with writing(SYSTEM) as work:
            for _again in range(5):
                factories.proposal(work.db, cast)
        with statements() as seen:
            pairs(cast, cast.ben, cast.dan)
        counts.append(len(seen))
    assert counts == [3, 3]


def without_inserts(seen: list[str]) -> list[str]:
    """SQLite takes rows one by one within the process; what has to be few is what asks and changes."""
    return [statement for statement in seen if not statement.startswith("INSERT")]


def chair(cast: factories.Cast):  # type: ignore[no-untyped-def]
    with reading(SYSTEM) as work:
        return load_actor(work.db, cast.cleo)


def test_outcomes_are_told_all_or_none(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        first, second = factories.proposal(work.db, cast), factories.proposal(work.db, cast, stage="withdrawn")
    with pytest.raises(Refused), writing(chair(cast)) as work:
        tell_outcomes(
            work, conference_id=cast.conference, outcomes={first.id: "accepted", second.id: "rejected"}, release_id=1
        )
    with pytest.raises(Missing), writing(chair(cast)) as work:
        tell_outcomes(
            work, conference_id=cast.conference, outcomes={first.id: "accepted", 999_999: "rejected"}, release_id=1
        )
    with reading(SYSTEM) as work:
        assert {row.outcome for row in outcomes_of(work, cast.conference).values()} == {"undecided"}
        assert work.db.scalars(select(Outbox.id)).all() == []


def test_only_chairs_tell_outcomes(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        number = factories.proposal(work.db, cast).id
    with reading(SYSTEM) as work:
        people = [load_actor(work.db, who) for who in (cast.ben, cast.ada, cast.gus)]
    for actor in people:
        assert actor is not None
        with pytest.raises(Refused), writing(actor) as work:
            tell_outcomes(work, conference_id=cast.conference, outcomes={number: "accepted"}, release_id=1)


def test_an_answer_falls_with_its_acceptance(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        number = factories.proposal(work.db, cast, outcome="accepted", answer="confirmed").id
        kept = factories.proposal(work.db, cast, outcome="accepted", answer="confirmed").id
    with writing(chair(cast)) as work:
        tell_outcomes(
            work, conference_id=cast.conference, outcomes={number: "waitlisted", kept: "accepted"}, release_id=1
        )
    with reading(SYSTEM) as work:
        found = outcomes_of(work, cast.conference)
    assert (found[number].answer, found[kept].answer) == ("unanswered", "confirmed")


def test_telling_many_takes_as_few_statements_as_telling_ten(
    cast: factories.Cast, statements: StatementCounter
) -> None:
    counts = []
    for count in (10, 100):
        with writing(SYSTEM) as work:
            numbers = [factories.proposal(work.db, cast).id for _again in range(count)]
        with statements() as seen, writing(chair(cast)) as work:
            seen.clear()
            tell_outcomes(
                work, conference_id=cast.conference, outcomes=dict.fromkeys(numbers, "accepted"), release_id=1
            )
        counts.append(len(without_inserts(seen)))
    assert counts[0] == counts[1]
    assert counts[1] <= 3


def talk(guid: str = "g1", **values: object) -> ImportedTalk:
    speakers = (ImportedSpeaker("p1", "Zoe"), ImportedSpeaker("p2", "Yan", biography="Walks."))
    return ImportedTalk(**{"guid": guid, "title": "Weaving", "type_name": "Lightning", "speakers": speakers, **values})  # type: ignore[arg-type]


def upsert(cast: factories.Cast, *talks: ImportedTalk) -> dict[str, int]:
    with writing(SYSTEM) as work:
        return upsert_imported_talks(work, conference_id=cast.conference, talks=talks)


def test_imported_talks_are_accepted_with_their_speakers(cast: factories.Cast) -> None:
    numbers = upsert(cast, talk(length_minutes=5, links=(("Slides", "https://x.example"),)))
    with reading(SYSTEM) as work:
        (found,) = accepted_talks(work, cast.conference)
        types = work.db.scalars(select(SessionType.name)).all()
    assert (found.proposal_id, found.guid, found.title, found.length_minutes) == (numbers["g1"], "g1", "Weaving", 5)
    assert (found.type_name, found.links) == ("Lightning", (("Slides", "https://x.example"),))
    assert [(each.person_guid, each.name, each.biography) for each in found.speakers] == [
        ("p1", "Zoe", ""),
        ("p2", "Yan", "Walks."),
    ]
    assert types.count("Lightning") == 1


def versions(work: Work) -> list[tuple[int, str, int]]:
    return [tuple(row) for row in work.db.execute(select(Proposal.id, Proposal.title, Proposal.version))]  # type: ignore[misc]


def test_importing_the_same_again_changes_nothing(cast: factories.Cast) -> None:
    upsert(cast, talk(), talk("g2"))
    with reading(SYSTEM) as work:
        before = versions(work)
    upsert(cast, talk(), talk("g2"))
    with reading(SYSTEM) as work:
        assert versions(work) == before
        assert len(work.db.scalars(select(Authorship.id)).all()) == 4


def test_importing_changes_updates_and_takes_speakers_off(cast: factories.Cast) -> None:
    first = upsert(cast, talk())
    again = upsert(cast, talk(title="Knitting", speakers=(ImportedSpeaker("p2", "Yan"),)))
    assert first == again
    with reading(SYSTEM) as work:
        (found,) = accepted_talks(work, cast.conference)
    assert (found.title, [each.name for each in found.speakers]) == ("Knitting", ["Yan"])


def test_a_large_schedule_takes_few_statements(cast: factories.Cast, statements: StatementCounter) -> None:
    counts = []
    for count in (10, 200):
        with statements() as seen:
            upsert(cast, *(talk(f"{count}-{number}") for number in range(count)))
        counts.append(len(without_inserts(seen)))
    # Twelve, and one that waits for whoever else computes the conflicts of this conference.
    assert counts[1] <= 13


def test_only_accepted_talks_and_speakers_who_said_yes_reach_the_schedule(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        db = work.db
        taken = factories.proposal(db, cast, outcome="accepted", answer="declined")
        factories.authorship(db, taken, cast.eve, position=1, accepted_at=None)
        for values in ({"outcome": "rejected"}, {}, {"outcome": "accepted", "stage": "withdrawn"}):
            factories.proposal(db, cast, **values)
        guid = db.scalars(select(Authorship.person_guid).where(Authorship.account_id == cast.ada)).first()
        away = Unavailability(
            conference_id=cast.conference, person_guid=guid, starts_at=work.now, ends_at=work.now.replace(hour=23)
        )
        db.add(away)
    with reading(SYSTEM) as work:
        (found,) = accepted_talks(work, cast.conference)
        (gone,) = unavailabilities(work, cast.conference)
    assert (found.proposal_id, found.answer) == (taken.id, "declined")
    assert [each.name for each in found.speakers] == ["Ada Lovelace"]
    assert gone.person_guid == found.speakers[0].person_guid
