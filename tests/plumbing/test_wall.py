"""The wall in the database: blind work cannot read who people are, whatever the code asks."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from cfp.authors import Authorship
from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import Account
from conference.work import reading, reading_blind, writing, writing_blind
from plumbing.db import Base
from tests import factories

SECRET_TABLES = (
    "account", "account_session", "account_link", "authorship", "author_conflict", "paper_original", "unsent_form",
    "proposal_edit", "role", "team_invitation", "membership", "delivery", "decision", "job", "unavailability",
)  # fmt: skip


def test_blind_work_reads_content_and_is_refused_names(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        factories.proposal(work.db, cast, title="Engines")
    with reading_blind(SYSTEM) as work:
        assert work.db.scalars(select(Proposal.title)).all() == ["Engines"]
    for column in (Account.name, Authorship.name):
        with pytest.raises(DBAPIError), reading_blind(SYSTEM) as work:
            work.db.scalars(select(column)).all()
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Authorship.name)).all() == ["Ada Lovelace"]


@pytest.mark.parametrize("name", SECRET_TABLES)
def test_no_blind_work_reads_or_writes_a_table_that_names_people(cast: factories.Cast, name: str) -> None:
    table = Base.metadata.tables[name]
    with pytest.raises(DBAPIError), reading_blind(SYSTEM) as work:
        work.db.execute(select(table)).all()
    with pytest.raises(DBAPIError), writing_blind(SYSTEM) as work:
        work.db.execute(table.delete())


def test_blind_work_may_write_to_the_log_but_not_read_it(cast: factories.Cast) -> None:
    with writing_blind(SYSTEM) as work:
        work.audit("test", conference_id=cast.conference, subject=("test", 1), after={"x": 1})
    audit = Base.metadata.tables["audit_entry"]
    with pytest.raises(DBAPIError), reading_blind(SYSTEM) as work:
        work.db.execute(select(audit.c.after)).all()
    with reading(SYSTEM) as work:
        assert [row.action for row in work.db.execute(select(audit))] == ["test"]


def test_reading_work_cannot_write(cast: factories.Cast) -> None:
    with pytest.raises(DBAPIError), reading(SYSTEM) as work:
        factories.account(work.db, "Nobody")


def test_the_wall_falls_with_the_transaction(cast: factories.Cast) -> None:
    with reading_blind(SYSTEM) as work:
        work.db.scalars(select(Proposal.id)).all()
    with reading(SYSTEM) as work:
        assert "Eve Elsewhere" in work.db.scalars(select(Account.name)).all()
