"""Concave separable assignment: maximise Σ gain·x − bend·x² with 0 ≤ x ≤ cap and counts on both sides.

A primal-dual interior-point method (Mehrotra's predictor and corrector). The normal equations are a weighted
bipartite Laplacian; proposals are eliminated, so each step solves one dense system of the size of the
reviewers. Ties and zero scores, which make the dual function kinked, do not matter to it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

STEPS_MAX = 120
TOLERANCE = 1e-11
CLOSE = 0.995
RIDGE = 1e-13


@dataclass(frozen=True, eq=False)
class Concave:
    """The question as tables of proposals × reviewers; ``cap`` 0 shuts a pair."""

    gain: Reals
    bend: Reals
    cap: Reals
    wanted: Reals
    low: Reals
    high: Reals


@dataclass(eq=False)
class _Point:
    """Shares, loads, prices of counts and of bounds; all bound prices stay above zero."""

    x: Reals
    y: Reals
    u: Reals
    v: Reals
    x_low: Reals
    x_high: Reals
    y_low: Reals
    y_high: Reals


@dataclass(frozen=True, eq=False)
class _Gaps:
    """How far a point is from optimal: in its counts, its prices, and its complementarity."""

    counts: Reals
    loads: Reals
    slope_x: Reals
    slope_y: Reals
    mean: float


def solve_concave(question: Concave) -> Reals:
    """The shares at the optimum; counts hold to about 1e-9 of the largest."""
    use = question.cap > 0
    loose = question.high - question.low > 1e-12
    point = _start(question, use, loose)
    for _ in range(STEPS_MAX):
        gaps = _gaps(question, point, use, loose)
        worst = max(np.abs(gaps.counts).max(initial=0.0), np.abs(gaps.loads).max(initial=0.0))
        if worst < 1e-9 and gaps.mean < TOLERANCE * max(1.0, float(np.abs(question.gain).max())):
            break
        guess = _direction(question, point, gaps, use, loose, 0.0, None)
        length = _length(question, point, guess, use, loose)
        ahead = _mean(question, _moved(point, guess, length), use, loose)
        target = gaps.mean * (ahead / gaps.mean) ** 3
        step = _direction(question, point, gaps, use, loose, target, guess)
        point = _moved(point, step, min(1.0, CLOSE * _length(question, point, step, use, loose)))
    return np.where(use, np.clip(point.x, 0.0, question.cap), 0.0)


def _start(question: Concave, use: NDArray[np.bool_], loose: NDArray[np.bool_]) -> _Point:
    scale = max(1.0, float(np.abs(question.gain).max()))
    offered = np.maximum(question.cap.sum(axis=1, keepdims=True), 1e-12)
    share = np.clip(question.wanted[:, None] / offered, 0.05, 0.95)
    x = np.where(use, question.cap * share, 0.0)
    room = np.where(loose, question.high - question.low, 1.0)
    y = np.where(loose, np.clip(x.sum(axis=0), question.low + 0.05 * room, question.high - 0.05 * room), question.low)
    ones = np.full(x.shape, scale)
    return _Point(
        x,
        y,
        np.zeros(x.shape[0]),
        np.zeros(x.shape[1]),
        ones,
        ones.copy(),
        np.full(len(y), scale),
        np.full(len(y), scale),
    )


def _gaps(question: Concave, at: _Point, use: NDArray[np.bool_], loose: NDArray[np.bool_]) -> _Gaps:
    slope = 2 * question.bend * at.x - question.gain - at.u[:, None] - at.v[None, :] - at.x_low + at.x_high
    return _Gaps(
        counts=question.wanted - at.x.sum(axis=1),
        loads=at.y - at.x.sum(axis=0),
        slope_x=np.where(use, slope, 0.0),
        slope_y=np.where(loose, at.v - at.y_low + at.y_high, 0.0),
        mean=_mean(question, at, use, loose),
    )


def _mean(question: Concave, at: _Point, use: NDArray[np.bool_], loose: NDArray[np.bool_]) -> float:
    """The mean product of a bound's price and its slack."""
    pairs = (at.x * at.x_low + (question.cap - at.x) * at.x_high)[use].sum()
    loads = ((at.y - question.low) * at.y_low + (question.high - at.y) * at.y_high)[loose].sum()
    return float((pairs + loads) / max(1, 2 * (use.sum() + loose.sum())))


def _direction(
    question: Concave,
    at: _Point,
    gaps: _Gaps,
    use: NDArray[np.bool_],
    loose: NDArray[np.bool_],
    target: float,
    guess: _Point | None,
) -> _Point:
    """One Newton direction towards products of ``target``; ``guess`` corrects for its own second order."""
    slack = np.where(use, at.x, 1.0), np.where(use, question.cap - at.x, 1.0)
    room = np.where(loose, at.y - question.low, 1.0), np.where(loose, question.high - at.y, 1.0)
    miss_x = [target - slack[0] * at.x_low, target - slack[1] * at.x_high]
    miss_y = [target - room[0] * at.y_low, target - room[1] * at.y_high]
    if guess is not None:
        miss_x = [miss_x[0] - guess.x * guess.x_low, miss_x[1] + guess.x * guess.x_high]
        miss_y = [miss_y[0] - guess.y * guess.y_low, miss_y[1] + guess.y * guess.y_high]
    weight = np.where(use, 1.0 / (2 * question.bend + at.x_low / slack[0] + at.x_high / slack[1]), 0.0)
    weight_y = np.where(loose, 1.0 / (at.y_low / room[0] + at.y_high / room[1]), 0.0)
    push = miss_x[0] / slack[0] - miss_x[1] / slack[1] - gaps.slope_x
    push_y = miss_y[0] / room[0] - miss_y[1] / room[1] - gaps.slope_y
    pushed = weight * push
    right_p = gaps.counts - pushed.sum(axis=1)
    right_r = gaps.loads - pushed.sum(axis=0) + weight_y * push_y
    own = weight.sum(axis=1) + RIDGE
    reduced = np.diag(weight.sum(axis=0) + weight_y + RIDGE) - weight.T @ (weight / own[:, None])
    v = np.linalg.solve(reduced, right_r - weight.T @ (right_p / own))
    u = (right_p - weight @ v) / own
    x = weight * (u[:, None] + v[None, :] + push)
    y = weight_y * (push_y - v)
    return _Point(
        x,
        y,
        u,
        v,
        (miss_x[0] - at.x_low * x) / slack[0],
        (miss_x[1] + at.x_high * x) / slack[1],
        (miss_y[0] - at.y_low * y) / room[0],
        (miss_y[1] + at.y_high * y) / room[1],
    )


def _length(question: Concave, at: _Point, step: _Point, use: NDArray[np.bool_], loose: NDArray[np.bool_]) -> float:
    """How far one may go before a slack or a price reaches zero, at most 1."""
    reach = 1.0
    for value, change, where in (
        (at.x, step.x, use),
        (question.cap - at.x, -step.x, use),
        (at.x_low, step.x_low, use),
        (at.x_high, step.x_high, use),
        (at.y - question.low, step.y, loose),
        (question.high - at.y, -step.y, loose),
        (at.y_low, step.y_low, loose),
        (at.y_high, step.y_high, loose),
    ):
        falling = where & (change < 0)
        if falling.any():
            reach = min(reach, float((-value[falling] / change[falling]).min()))
    return reach


def _moved(at: _Point, step: _Point, length: float) -> _Point:
    return _Point(*(getattr(at, name) + length * getattr(step, name) for name in _Point.__dataclass_fields__))
