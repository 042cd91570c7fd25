"""Two pictures for the documentation: ``python -m tests.bench.assign_pictures INSTANCES OUT_FOLDER``.

``assignment-repair.svg``: changed pairs against loss after drop-outs. ``assignment-chance.svg``: entropy against
quality with and without spreading.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reviews.assign import solve
from reviews.assign.instances import read_instance
from reviews.assign.randomise import randomise
from reviews.assign.repair import change_curve

Point = tuple[float, float]
WIDTH, HEIGHT, EDGE = 640, 400, 56
INKS = ("#1f5f8b", "#b3541e", "#3b7a3b", "#7a3b6b")
BONUSES = tuple(round(10_000 * 1.6**step) for step in range(16))
CAPS = (0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
ALPHA = 0.1


def draw(title: str, across: str, up: str, lines: dict[str, Sequence[Point]]) -> str:
    """An SVG with one line for each name, its own axes and a legend."""
    every = [point for line in lines.values() for point in line]
    (x0, x1), (y0, y1) = ((min(axis), max(axis)) for axis in zip(*every, strict=True))

    def place(point: Point) -> str:
        x = EDGE + (point[0] - x0) / (x1 - x0 or 1) * (WIDTH - 2 * EDGE)
        y = HEIGHT - EDGE - (point[1] - y0) / (y1 - y0 or 1) * (HEIGHT - 2 * EDGE)
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"',
        f' font-size="13"><title>{title}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{EDGE} {EDGE}V{HEIGHT - EDGE}H{WIDTH - EDGE}" fill="none" stroke="#444444"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">{across}</text>',
        f'<text x="{EDGE}" y="{EDGE - 14}">{up}</text>',
        f'<text x="{EDGE}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{x0:.3g}</text>',
        f'<text x="{WIDTH - EDGE}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{x1:.3g}</text>',
        f'<text x="{EDGE - 6}" y="{HEIGHT - EDGE}" text-anchor="end">{y0:.3g}</text>',
        f'<text x="{EDGE - 6}" y="{EDGE + 5}" text-anchor="end">{y1:.3g}</text>',
    ]
    for number, (name, line) in enumerate(lines.items()):
        ink = INKS[number % len(INKS)]
        path = " ".join(map(place, line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="2"/>')
        spots = (place(point).split(",") for point in line)
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{ink}"/>' for x, y in spots]
        parts.append(f'<text x="{WIDTH - EDGE - 170}" y="{EDGE + 18 * number}" fill="{ink}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def repair_lines(folder: Path) -> dict[str, list[Point]]:
    """(loss in percent, changed over lost) along the curve, for each instance."""
    lines = {}
    for name in ("midl", "aamas2015", "gen-300x40", "gen-cvpr_sparse60"):
        problem = read_instance(folder / f"{name}.npz")
        count = max(1, round(0.02 * problem.shape[1]))
        gone = np.random.default_rng(1).choice(problem.shape[1], count, replace=False).tolist()
        curve = change_curve(problem, solve(problem), gone_reviewers=gone, keep_bonuses=BONUSES)[1:]
        lines[name] = [(100 * point.loss, point.added / point.lost) for point in curve]
    return lines


def chance_lines(folder: Path) -> dict[str, list[Point]]:
    """(quality in percent, entropy) for falling caps, with and without spreading."""
    problem = read_instance(folder / "preflib1.npz")
    lines = {}
    for name, alpha in (("cap alone", 0.0), (f"cap and alpha {ALPHA}", ALPHA)):
        drawn = [randomise(problem, q=q, alpha=alpha) for q in CAPS]
        lines[name] = [
            (100 * one.expected / one.best, one.probabilities.measures(problem.shape[0])["entropy"]) for one in drawn
        ]
    return lines


def main() -> None:
    """Write both pictures."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    repair = draw(
        "Changes against loss after 2 % of the reviewers left",
        "loss of total, %",
        "changed ÷ lost",
        repair_lines(folder),
    )
    (out / "assignment-repair.svg").write_text(repair, encoding="utf-8")
    chance = draw("Entropy against quality, preflib1", "expected total, % of best", "entropy", chance_lines(folder))
    (out / "assignment-chance.svg").write_text(chance, encoding="utf-8")


if __name__ == "__main__":
    main()
