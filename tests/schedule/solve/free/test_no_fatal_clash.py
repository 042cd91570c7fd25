"""Whatever the event, a plan that the solver calls good has no fatal clash; and it costs what it says."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedule.clashes import clashes
from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.free.evaluate import evaluate
from schedule.solve.outcome import SolveOptions, Status
from schedule.solve.solve import solve
from tests.schedule.solve.free.worlds import tiny


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(100, 10**9), st.integers(3, 8))
def test_good_plan_has_no_fatal_clash(seed, talks):
    problem = tiny(seed, talks)
    try:
        plan = solve(problem, SolveOptions(60, workers=4))
    except (Infeasible, ProblemError):
        return
    fatal = [clash for clash in clashes(problem.world, plan.placements) if clash.blocks_release]
    assert plan.course.status is Status.BROKEN or not fatal
    assert plan.course.cost == evaluate(problem, plan.placements).cost
    assert len(plan.placements) + len(plan.missing) == len(problem.world.blocks)
    assert sum(one.cost for one in plan.course.costs) == sum(plan.course.cost)
