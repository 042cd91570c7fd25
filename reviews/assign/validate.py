"""Every check that a problem passes before a solver sees it; each failure names its place."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plumbing.sentences import sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import (
    LOAD_MAX,
    PAIRS_MAX,
    REASONS_MAX,
    SCORE_MAX,
    UNIT,
    WANTED_MAX,
    SparseScores,
    shape_words,
)

if TYPE_CHECKING:
    from reviews.assign.problem import AssignmentProblem

PINNED = "pinned"
FROZEN = "frozen"


def validated(problem: "AssignmentProblem") -> dict[str, Any]:
    """The fields of ``problem`` as frozen arrays of the right type, or ``ProblemError``."""
    shape = len(problem.proposals), len(problem.reviewers)
    _check_references(problem, shape)
    wanted = _counts("wanted", problem.wanted, shape[0], WANTED_MAX)
    high = _counts("load_max", problem.load_max, shape[1], LOAD_MAX)
    low = _counts("load_min", 0 if problem.load_min is None else problem.load_min, shape[1], LOAD_MAX)
    fields: dict[str, Any] = {
        "scores": _scores(problem, shape),
        "wanted": wanted,
        "load_max": high,
        "load_min": low,
        "forbidden": _forbidden(problem, shape),
        "pinned": _pairs(PINNED, problem.pinned, shape),
        "frozen": _pairs(FROZEN, problem.frozen, shape),
    }
    _check_loads(problem, wanted, low, high)
    for name, value in fields.items():
        object.__setattr__(problem, name, value)
    _check_fixed(problem)
    for rule in problem.rules:
        rule.check(problem)
    return fields


def _check_references(problem: "AssignmentProblem", shape: tuple[int, int]) -> None:
    if not shape[0]:
        raise ProblemError("proposals", sentence("There is no proposal to assign."))
    if not shape[1]:
        raise ProblemError("reviewers", sentence("There is no reviewer to assign."))
    if shape[0] * shape[1] > PAIRS_MAX:
        raise ProblemError("scores", sentence("More than %(most)s pairs are too many.", most=PAIRS_MAX))
    for place, names in (("proposals", problem.proposals), ("reviewers", problem.reviewers)):
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            raise ProblemError(place, sentence("The reference %(ref)s stands here twice.", ref=name))


def _counts(place: str, given: Any, size: int, most: int) -> NDArray[np.int64]:
    array = np.asarray(given)
    if array.ndim == 0:
        array = np.full(size, array)
    if array.shape != (size,):
        raise ProblemError(place, shape_words(array.shape, (size,)))
    whole_numbers(place, array)
    bad = np.flatnonzero((array < 0) | (array > most))
    if len(bad):
        words = sentence("%(value)s is not between 0 and %(most)s.", value=int(array[bad[0]]), most=most)
        raise ProblemError(f"{place}[{bad[0]}]", words)
    counts = array.astype(np.int64)
    counts.setflags(write=False)
    return counts


def whole_numbers(place: str, array: NDArray[Any]) -> None:
    """Raises ``ProblemError`` for words, dates, fractions and what is no number."""
    if array.dtype.kind not in "iu":
        if array.dtype.kind != "f" or not np.isfinite(array).all() or (array != np.floor(array)).any():
            raise ProblemError(place, sentence("Only whole numbers can stand here."))


def _scores(problem: "AssignmentProblem", shape: tuple[int, int]) -> Any:
    given = problem.scores
    if isinstance(given, SparseScores):
        if given.shape != shape:
            raise ProblemError("scores", shape_words(given.shape, shape))
        low, high = _range(given.score)
        if low < problem.lowest or high > SCORE_MAX:
            at = int(np.flatnonzero((given.score < problem.lowest) | (given.score > SCORE_MAX))[0])
            raise _score_error(problem, int(given.proposal[at]), int(given.reviewer[at]), int(given.score[at]))
        return given
    table = np.asarray(given)
    if table.shape != shape:
        raise ProblemError("scores", shape_words(table.shape, shape))
    if np.issubdtype(table.dtype, np.floating) and not np.isfinite(table).all():
        p, r = (int(axis[0]) for axis in np.nonzero(~np.isfinite(table)))
        raise ProblemError(f"scores[{p}][{r}]", sentence("This score is not a number."))
    if not np.issubdtype(table.dtype, np.integer):
        raise ProblemError("scores", sentence("Scores are whole numbers, in millionths."))
    low, high = _range(table)
    if low < problem.lowest or high > SCORE_MAX:
        p, r = (int(axis[0]) for axis in np.nonzero((table < problem.lowest) | (table > SCORE_MAX)))
        raise _score_error(problem, p, r, int(table[p, r]))
    table = table.view() if table.dtype == np.int64 else table.astype(np.int64)
    table.setflags(write=False)
    return table


def _range(values: NDArray[np.generic]) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


def _score_error(problem: "AssignmentProblem", p: int, r: int, score: int) -> ProblemError:
    words = sentence(
        "The score %(score)s is not between %(lowest)s and %(highest)s.",
        score=score / UNIT,
        lowest=problem.lowest / UNIT,
        highest=SCORE_MAX // UNIT,
    )
    return ProblemError(f"scores[{p}][{r}]", words)


def _forbidden(problem: "AssignmentProblem", shape: tuple[int, int]) -> NDArray[np.uint8] | None:
    if len(problem.reasons) > REASONS_MAX:
        raise ProblemError("reasons", sentence("At most %(most)s reasons have room.", most=REASONS_MAX))
    if problem.forbidden is None:
        return None
    table = np.asarray(problem.forbidden)
    if table.shape != shape:
        raise ProblemError("forbidden", shape_words(table.shape, shape))
    if table.dtype.kind not in "biuf":
        raise ProblemError("forbidden", sentence("A code has no reason with words."))
    with np.errstate(invalid="ignore"):
        codes = table.astype(np.uint8)
    if codes.size and (int(codes.max()) > len(problem.reasons) or (codes != table).any()):
        raise ProblemError("forbidden", sentence("A code has no reason with words."))
    codes.setflags(write=False)
    return codes


def _pairs(place: str, given: Any, shape: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    pairs = tuple(sorted({(int(p), int(r)) for p, r in given}))
    for p, r in pairs:
        if not (0 <= p < shape[0] and 0 <= r < shape[1]):
            raise ProblemError(place, sentence("The pair (%(p)s, %(r)s) does not exist.", p=p, r=r))
    return pairs


def _check_loads(problem: "AssignmentProblem", wanted: Any, low: Any, high: Any) -> None:
    crossed = np.flatnonzero(low > high)
    if len(crossed):
        r = int(crossed[0])
        words = sentence(
            "%(reviewer)s shall write at least %(low)s and at most %(high)s reviews.",
            reviewer=problem.reviewer(r),
            low=int(low[r]),
            high=int(high[r]),
        )
        raise ProblemError(f"load_min[{r}]", words)
    if int(low.sum()) > int(wanted.sum()):
        words = sentence(
            "The minimum loads ask for %(low)s reviews, but only %(wanted)s are wanted.",
            low=int(low.sum()),
            wanted=int(wanted.sum()),
        )
        raise ProblemError("load_min", words)
    hungry = np.flatnonzero(wanted > len(problem.reviewers))
    if len(hungry):
        words = sentence(
            "%(proposal)s wants %(wanted)s reviews, but there are only %(reviewers)s reviewers.",
            proposal=problem.proposal(int(hungry[0])),
            wanted=int(wanted[hungry[0]]),
            reviewers=len(problem.reviewers),
        )
        raise ProblemError(f"wanted[{hungry[0]}]", words)


def _check_fixed(problem: "AssignmentProblem") -> None:
    """Pins may not contradict conflicts, wishes or loads; written reviews may: they exist."""
    frozen = set(problem.frozen)
    pins = [pair for pair in problem.pinned if pair not in frozen]
    given = np.array(sorted(frozen | set(pins)), dtype=np.int64).reshape(-1, 2)
    per_proposal = np.bincount(given[:, 0], minlength=len(problem.proposals))
    per_reviewer = np.bincount(given[:, 1], minlength=len(problem.reviewers))
    for p, r in pins:
        _, codes = problem.at(np.array([p]), np.array([r]))
        pair = {"proposal": problem.proposal(p), "reviewer": problem.reviewer(r)}
        if codes[0]:
            words = "%(reviewer)s is pinned to %(proposal)s, but the pair is forbidden: %(why)s"
            raise ProblemError(PINNED, sentence(words, **pair, why=problem.reason(int(codes[0]))))
        if per_proposal[p] > problem.wanted[p]:
            raise ProblemError(PINNED, sentence("%(proposal)s has more pins than wanted reviews.", **pair))
        if per_reviewer[r] > problem.load_max[r]:
            raise ProblemError(PINNED, sentence("%(reviewer)s has more pins than the load allows.", **pair))
