"""The session form: talks into sessions, rooms and slots, one track in a cell."""

from schedule.solve.sessions.collide import Collision, find_collision
from schedule.solve.sessions.evaluate import Evaluation, evaluate, faults
from schedule.solve.sessions.explain import RulePrice, WhyNot, rule_prices, talk_costs, why_not
from schedule.solve.sessions.minimal import Change, Drop, frontier, without
from schedule.solve.sessions.problem import Pin, Place, Places, Session, SessionProblem, Talk, Track, ZoneRules
from schedule.solve.sessions.rules import HardRule, RuleKind, hard_rules
from schedule.solve.sessions.solve import SessionPlan, solve
from schedule.solve.sessions.terms import Term

__all__ = [
    "Change",
    "Collision",
    "Drop",
    "Evaluation",
    "HardRule",
    "Pin",
    "Place",
    "Places",
    "RuleKind",
    "RulePrice",
    "Session",
    "SessionPlan",
    "SessionProblem",
    "Talk",
    "Term",
    "Track",
    "WhyNot",
    "ZoneRules",
    "evaluate",
    "faults",
    "find_collision",
    "frontier",
    "hard_rules",
    "rule_prices",
    "solve",
    "talk_costs",
    "why_not",
    "without",
]
