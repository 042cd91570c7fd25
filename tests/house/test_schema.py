"""What the tables themselves hold to. ``test_cheats.py`` plants what breaks it."""

import cfp.authors
import conference.models
import plumbing.jobs
import plumbing.outbox
import reviews.models
import schedule.models
from plumbing.db import Base
from tests.house.checks import schema

ALL = (cfp.authors, conference.models, plumbing.jobs, plumbing.outbox, reviews.models, schedule.models)

# Words that whoever uses the table registers: events, jobs, letters, and what the log tells of.
REGISTERS = {"outbox.kind", "job.kind", "delivery.kind", "audit_entry.subject_kind"}
# The ground floor knows no conference and no account, and what it notes outlives both.
LOOSE = {"audit_entry.*", "delivery.*", "job.*", "outbox.*"}


def test_every_constraint_has_a_name() -> None:
    assert schema.unnamed_constraints(Base.metadata) == []


def test_the_database_keeps_to_the_choices() -> None:
    assert schema.free_choices(Base.metadata, REGISTERS) == []


def test_no_link_leads_into_another_conference() -> None:
    assert schema.links_across_conferences(Base.metadata) == []


def test_every_number_of_something_is_a_key() -> None:
    assert schema.loose_numbers(Base.metadata, LOOSE) == []
