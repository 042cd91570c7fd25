"""From chosen pairs to the finished plan."""

from typing import Any

import numpy as np

from plumbing.sentences import sentence
from reviews.assign.certificate import Certificate
from reviews.assign.plan import AssignmentPlan
from reviews.assign.prepare import Prepared
from reviews.assign.problem import Ints
from reviews.assign.unmet import find_flags, find_unmet


def finished_plan(prepared: Prepared, pairs: Ints, certificate: Certificate, **facts: Any) -> AssignmentPlan:
    """A plan with everything that follows from its pairs."""
    problem = prepared.problem
    scores, _ = problem.at(pairs[:, 0], pairs[:, 1])
    unmet, causes = find_unmet(prepared, pairs)
    if facts.get("stopped") and causes:
        causes = (sentence("The run was stopped before every review had a place."),)
    flags = find_flags(problem, pairs)
    total = int(scores.sum())
    return AssignmentPlan(problem, pairs, total, certificate, unmet, flags, causes, **facts)


def merged(prepared: Prepared, pairs: Ints) -> Ints:
    """Chosen and fixed pairs together, sorted."""
    together = np.concatenate([pairs, prepared.fixed])
    return together[np.lexsort((together[:, 1], together[:, 0]))]
