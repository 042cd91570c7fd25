"""Conferences in the spreadsheets of OptaPlanner's conference example: read, solve, judge, write."""

from schedule.solve.optaplanner.check import Match, Verdict, check
from schedule.solve.optaplanner.names import Rule
from schedule.solve.optaplanner.plan import ConferencePlan
from schedule.solve.optaplanner.problem import ConferenceProblem, Place, Room, Score, Speaker, Talk, Timeslot, Wishes
from schedule.solve.optaplanner.read import read_instance
from schedule.solve.optaplanner.solve import solve
from schedule.solve.optaplanner.write import write_solution

__all__ = [
    "ConferencePlan",
    "ConferenceProblem",
    "Match",
    "Place",
    "Room",
    "Rule",
    "Score",
    "Speaker",
    "Talk",
    "Timeslot",
    "Verdict",
    "Wishes",
    "check",
    "read_instance",
    "solve",
    "write_solution",
]
