"""The steps of a proposal: every stage reachable, every other pair refused."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cfp.lifecycle import ANSWER, MACHINES, OUTCOME, STAGE, advance, advance_all, as_markdown
from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import AuditEntry
from conference.work import reading, writing
from plumbing.answers import Refused
from plumbing.stages import Machine
from tests import factories

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.field)
def test_every_stage_can_be_reached(machine: Machine) -> None:
    reached = {machine.initial}
    while more := {step.target for step in machine.steps if reached & set(step.sources)} - reached:
        reached |= more
    assert reached == set(machine.stages)


@given(st.sampled_from(MACHINES), st.data())
def test_what_is_not_listed_is_refused(machine: Machine, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(machine.steps))
    stage = data.draw(st.sampled_from(machine.stages))
    assert bool(machine.can(stage, step.action)) is (stage in step.sources)


def test_every_pair_is_taken_or_refused_by_the_database_too(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        proposal = factories.proposal(work.db, cast)
        for machine in MACHINES:
            for stage, step in itertools.product(machine.stages, machine.steps):
                setattr(proposal, machine.field, stage)
                work.db.flush()
                if stage in step.sources:
                    advance(work, proposal, step.action, machine=machine)
                    assert getattr(proposal, machine.field) == step.target
                else:
                    with pytest.raises(Refused):
                        advance(work, proposal, step.action, machine=machine)
                    assert getattr(proposal, machine.field) == stage


def test_a_step_is_logged_with_before_and_after(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        advance(work, factories.proposal(work.db, cast), "withdraw")
    with reading(SYSTEM) as work:
        entry = work.db.scalars(select(AuditEntry).where(AuditEntry.action == "proposal.withdraw")).one()
    assert (entry.before, entry.after) == ({"stage": "submitted"}, {"stage": "withdrawn"})


def test_many_take_a_step_together_or_not_at_all(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        rows = [factories.proposal(work.db, cast) for _number in range(3)]
        advance_all(work, rows, "withdraw")
        assert [(row.stage, row.version) for row in rows] == [("withdrawn", 2)] * 3
        rows[0].withdraw_reason = "still the same row for the session"
        work.db.flush()
        advance_all(work, rows[:1], "reinstate")
        with pytest.raises(Refused):
            advance_all(work, rows, "reinstate")
    with reading(SYSTEM) as work:
        stages = work.db.scalars(select(Proposal.stage).order_by(Proposal.id)).all()
    assert stages == ["submitted", "withdrawn", "withdrawn"]


def test_the_machines_cover_the_columns() -> None:
    columns = {machine.field: machine.stages for machine in (STAGE, OUTCOME, ANSWER)}
    for name, stages in columns.items():
        checks = [str(check.sqltext) for check in Proposal.__table__.constraints if check.name == f"ck_proposal_{name}"]
        assert checks == [f"{name} IN ({', '.join(repr(stage) for stage in stages)})"]


def test_the_document_is_up_to_date() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == as_markdown()
