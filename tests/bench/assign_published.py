"""The published points of perturbed maximisation, found again: quality at eight levels.

    python -m tests.bench.assign_published [FOLDER] [NAME ...]

The published search is repeated as written: PLRA takes the smallest Q on a grid of 1/1024 whose quality is within
1e-4 of the level; PM-Q takes the largest β of the same grid at that Q, PM-E the largest α of a grid of 10/1024 by
successive quadratic approximation. Quality is the expected total over the best total.
"""

import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from reviews.assign import UNIT, solve
from reviews.assign.instances import read_instance
from reviews.assign.interior import Concave, solve_concave
from reviews.assign.prepare import Prepared, prepare
from reviews.assign.randomise import randomise, spread_shares

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "assignment"
LEVELS = (0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
NAMES = ("preflib1", "preflib3", "aamas2015")
NEAR = 1e-4
HALVINGS = 10
CHANGE = 1e-2
APPROXIMATIONS_MAX = 50


def published(folder: Path, name: str) -> list[list[float]]:
    """The published qualities of PLRA, PM-Q and PM-E."""
    text = (folder / "published" / f"pm_neurips2023_{name}_main.log").read_text(encoding="utf-8")
    return [ast.literal_eval(line) for line in text.splitlines()[::2]]


def halved(good: Callable[[float], bool], low: float, high: float, *, smallest: bool) -> float:
    """The end of ten halvings: the smallest good value, or the largest."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if good(middle) == smallest:
            high = middle
        else:
            low = middle
    return high if smallest else low


def exponential_shares(prepared: Prepared, q: float, alpha: float) -> np.ndarray:
    """PM-E: 1 − e^(−α x) by quadratics around the last answer."""
    scores = prepared.values(0, prepared.problem.shape[0]) / UNIT
    current = np.zeros(scores.shape)
    for _ in range(APPROXIMATIONS_MAX):
        flat = np.exp(-alpha * current)
        question = Concave(
            scores * flat * (1 + alpha * current),
            scores * flat * alpha / 2,
            np.where(prepared.open, q, 0.0),
            prepared.wanted.astype(float),
            prepared.low.astype(float),
            prepared.high.astype(float),
        )
        found = solve_concave(question)
        moved = np.abs(found - current)[scores > 0].max()
        current = found
        if moved <= CHANGE:
            break
    return current


def points(folder: Path, name: str, *, with_exponential: bool = True) -> list[tuple[str, float, float, float]]:
    """(method, level, our quality, published quality) for each level."""
    problem = read_instance(folder / "instances" / f"{name}.npz")
    prepared, best = prepare(problem), solve(problem).total
    scores = prepared.values(0, problem.shape[0]) / best
    theirs, rows = published(folder, name), []

    def plra(q: float) -> float:
        return randomise(problem, q=q).expected / best if q > 0.1 else 0.0

    for place, level in enumerate(LEVELS):
        q = halved(lambda q, level=level: plra(q) >= level - NEAR, 0.0, 1.0, smallest=True)
        rows.append(("PLRA", level, plra(q), theirs[0][place]))
        methods = [("PM-Q", spread_shares, 1.0), ("PM-E", exponential_shares, 10.0)]
        for number, (method, shares, high) in enumerate(methods[: 1 + with_exponential], start=1):

            def quality(value: float, q: float = q, shares: Callable = shares) -> float:
                return float((scores * shares(prepared, q, value)).sum())

            value = halved(
                lambda value, level=level, quality=quality: quality(value) >= level - NEAR, 0.0, high, smallest=False
            )
            rows.append((method, level, quality(value), theirs[number][place]))
    return rows


def main() -> None:
    """Print every point."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name in sys.argv[2:] or NAMES:
        began = time.monotonic()
        for method, level, ours, theirs in points(folder, name):
            print(f"{name:10} {method} {level:5.3f} {ours:.8f} {theirs:.8f} {ours - theirs:+.1e}", flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
