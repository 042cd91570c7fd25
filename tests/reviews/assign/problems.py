"""Random small problems: every rule, every kind of scarcity, pins and written reviews."""

import numpy as np

from reviews.assign import AssignmentProblem, ProblemError
from reviews.assign import rules as rule
from reviews.assign.problem import UNIT

RULES_MAX = 3


def random_problem(seed: int, proposals_max: int = 4, reviewers_max: int = 5) -> AssignmentProblem:
    """The problem of this seed; draws again when pins and loads contradict each other."""
    rng = np.random.default_rng(seed)
    while True:
        try:
            return _draw(rng, proposals_max, reviewers_max)
        except ProblemError:
            continue


def plain_problem(scores: np.ndarray, **fields: object) -> AssignmentProblem:
    """A problem from a table of scores in units, with references p0, p1 … and r0, r1 …"""
    table = np.asarray(scores, dtype=float)
    proposals, reviewers = table.shape
    given = {"wanted": 1, "load_max": 1, **fields}
    return AssignmentProblem(
        tuple(f"p{p}" for p in range(proposals)),
        tuple(f"r{r}" for r in range(reviewers)),
        np.rint(table * UNIT).astype(np.int64),
        **given,
    )


def _draw(rng: np.random.Generator, proposals_max: int, reviewers_max: int) -> AssignmentProblem:
    shape = int(rng.integers(1, proposals_max + 1)), int(rng.integers(2, reviewers_max + 1))
    steps = int(rng.choice([4, 100, 1_000_000]))
    scores = rng.integers(0, steps + 1, shape) / steps
    low = rng.integers(0, 2, shape[1]) * (rng.random() < 0.4)
    high = np.maximum(low, rng.integers(0, 4, shape[1]))
    pairs = [(int(p), int(r)) for p in range(shape[0]) for r in range(shape[1])]
    rng.shuffle(pairs)
    pinned, frozen = pairs[: rng.integers(0, 2)], pairs[3 : 3 + rng.integers(0, 2)]
    count = int(rng.integers(0, RULES_MAX + 1))
    return plain_problem(
        scores,
        wanted=rng.integers(0, min(3, shape[1]) + 1, shape[0]),
        load_min=low,
        load_max=high,
        forbidden=rng.random(shape) < rng.choice([0.0, 0.2, 0.5]),
        pinned=tuple(map(tuple, pinned)),
        frozen=tuple(map(tuple, frozen)),
        rules=tuple(_rule(rng, shape) for _ in range(count)),
    )


def _rule(rng: np.random.Generator, shape: tuple[int, int]) -> rule.Rule:
    proposals, reviewers = shape
    people = rng.integers(0, reviewers, (int(rng.integers(1, 3)), 2))
    apart = tuple((int(a), int(b)) for a, b in people if a != b)
    authors = tuple((p, int(rng.integers(reviewers))) for p in range(proposals))
    weight = None if rng.random() < 0.5 else int(rng.integers(1, UNIT))
    choices = [
        lambda: rule.PerInstitution(rule.labels(rng.integers(-1, 2, reviewers))),
        lambda: rule.AtLeast(rng.random(reviewers) < 0.5, 1, weight),
        lambda: rule.AtMost(rng.random(reviewers) < 0.5),
        lambda: rule.Roles(rule.labels(rng.integers(0, 2, reviewers)), ("chair", "member"), (0, 1), (1, 2)),
        lambda: rule.TopicCoverage(
            rng.random((proposals, 2)) < 0.4, rng.random((reviewers, 2)) < 0.5, int(rng.integers(1, UNIT))
        ),
        lambda: rule.PerTrack(rule.labels(rng.integers(-1, 2, proposals)), 1),
        lambda: rule.EvenLoad(int(rng.integers(0, UNIT // 2))),
        lambda: rule.ScoreFloor(int(rng.integers(0, UNIT // 2))),
        lambda: rule.TrackPools(
            rule.labels(rng.integers(0, 2, proposals)), rule.labels(rng.integers(-1, 2, reviewers))
        ),
        lambda: rule.BidPolicy(rng.integers(-1, 3, shape).astype(np.int8)),
        lambda: rule.NotTogether(apart),
        lambda: rule.NoTwoCycles(authors),
    ]
    return choices[int(rng.integers(len(choices)))]()
