"""The wall in the database: blind work cannot read who people are, whatever the code asks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from cfp.authors import Authorship
from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import Account
from conference.work import reading, reading_blind, writing, writing_blind
from plumbing.db import BLIND_ROLE, Base, Database, NoWall
from tests import factories
from tests.servers.postgres import PostgresServer

SECRET_TABLES = sorted(name for name, table in Base.metadata.tables.items() if "blind" not in table.info)


def test_what_names_people_is_among_the_secret_tables() -> None:
    names = {"account", "authorship", "paper_original", "unsent_form", "role", "membership", "delivery", "decision"}
    assert names - set(SECRET_TABLES) == set()


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


@pytest.fixture
def plain_user(postgres_server: PostgresServer) -> Iterator[str]:
    """Owns an empty database of the same name and may not create roles."""
    name = "plain_user"
    postgres_server.create_user(name)
    postgres_server.create_database(name, owner=name)
    yield name
    postgres_server.drop_database(name)
    postgres_server.drop_user(name)


def test_without_the_right_to_create_roles_the_owner_is_told_what_to_run(
    _postgres_database: Database, postgres_server: PostgresServer, plain_user: str
) -> None:
    """Then that is run, and the wall stands."""
    database = Database(postgres_server.url(plain_user, user=plain_user))
    with pytest.raises(NoWall, match=f"GRANT {BLIND_ROLE} TO {plain_user};"):
        database.create_all()
    postgres_server.let_become(BLIND_ROLE, plain_user)
    database.create_all()
    with database.session("blind_read") as db:
        assert db.scalars(select(Proposal.title)).all() == []
    with pytest.raises(DBAPIError, match="permission denied"), database.session("blind_read") as db:
        db.scalars(select(Account.name)).all()
    database.dispose()
