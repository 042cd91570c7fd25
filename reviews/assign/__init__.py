"""Reviewer assignment: a pure engine that proves and explains its answers.

``solve(AssignmentProblem) -> AssignmentPlan``. References are opaque strings; no name enters here.
"""

from reviews.assign.errors import Cancelled, CertificateError, ProblemError
from reviews.assign.explain import PairReason, explain_pair, prices
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan, Flag, Unmet
from reviews.assign.prepare import KeepBonus
from reviews.assign.problem import UNIT, AssignmentProblem, SparseScores, to_units
from reviews.assign.solve import solve

__all__ = [
    "UNIT",
    "AssignmentPlan",
    "AssignmentProblem",
    "Cancelled",
    "CertificateError",
    "Flag",
    "KeepBonus",
    "PairReason",
    "ProblemError",
    "SolveOptions",
    "SparseScores",
    "Unmet",
    "explain_pair",
    "prices",
    "solve",
    "to_units",
]
