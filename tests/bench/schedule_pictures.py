"""The gap over time: ``python -m tests.bench.schedule_pictures REPORT.json… OUT.svg``.

Reports are those of ``rostrum bench schedule --report`` for one workbook or a folder. Each line tells how far the
best plan stands above the best bound proven in the end (above the last plan where nothing is proven), in percent of
it; both axes are logarithmic, and the bottom line stands for nothing left.
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Point = tuple[float, float]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 460, 90, 200, 40, 60
SECONDS = (0.1, 1.0, 10.0, 100.0, 300.0)
GAPS = (1e6, 1e4, 1e2, 1.0)
FLOOR = 0.1
"""Percent that stands for nothing left."""
INKS = ("#1f5f8b", "#b3541e", "#3b7a3b", "#7a3b6b", "#8a6d00", "#0f7b7b", "#a02c4a", "#555555", "#3f51b5", "#6d4c41")


def steps(report: dict[str, Any]) -> list[Point]:
    """(seconds, gap in percent) at each better plan, and the end of the run."""
    costs = [(line["seconds"], line["cost"]) for line in report["log"] if line["cost"] is not None]
    if not costs:
        return []
    end = report["cost"] if report["bound"] is None else report["bound"]
    points = [(seconds, 100 * max(0, cost - end) / max(1, abs(end))) for seconds, cost in costs]
    return [*points, (report["seconds"], points[-1][1])]


def across(seconds: float) -> float:
    share = math.log10(min(max(seconds, SECONDS[0]), SECONDS[-1]) / SECONDS[0]) / math.log10(SECONDS[-1] / SECONDS[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def down(gap: float) -> float:
    share = math.log10(GAPS[0] / min(max(gap, FLOOR), GAPS[0])) / math.log10(GAPS[0] / FLOOR)
    return TOP + share * (HEIGHT - TOP - BOTTOM)


def stairs(points: Sequence[Point]) -> str:
    """A path that stays level until the next better plan."""
    path, last = "", None
    for seconds, gap in points:
        x, y = across(seconds), down(gap)
        path += f"M{x:.1f} {y:.1f}" if last is None else f"L{x:.1f} {last:.1f}L{x:.1f} {y:.1f}"
        last = y
    return path


def axes() -> Iterator[str]:
    yield f'<path d="M{LEFT} {TOP}V{down(FLOOR):.1f}H{WIDTH - RIGHT}" fill="none" stroke="#444444"/>'
    for seconds in SECONDS:
        yield f'<text x="{across(seconds):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{seconds:g}</text>'
    for gap in GAPS:
        y = down(gap)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{gap:,.0f} %</text>'
    yield f'<text x="{LEFT - 8}" y="{down(FLOOR) + 4:.1f}" text-anchor="end">none</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">seconds</text>'


def draw(reports: Sequence[dict[str, Any]]) -> str:
    title = "Gap between the best plan and what is proven, over time"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
        f' font-size="13"><title>{title}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="{TOP - 16}">{title}</text>',
        *axes(),
    ]
    for number, report in enumerate(reports):
        ink = INKS[number % len(INKS)]
        dashes = "" if number < len(INKS) else ' stroke-dasharray="6 4"'
        points = steps(report)
        parts.append(f'<path d="{stairs(points)}" fill="none" stroke="{ink}" stroke-width="2"{dashes}/>')
        words = f"{report['instance']}: {points[-1][0]:.0f} s" if points else report["instance"]
        parts.append(f'<text x="{WIDTH - RIGHT + 14}" y="{TOP + 18 * number}" fill="{ink}">{words}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Read all reports, write one picture."""
    *reports, out = map(Path, sys.argv[1:])
    found: list[dict[str, Any]] = []
    for path in reports:
        read = json.loads(path.read_text(encoding="utf-8"))
        found += read if isinstance(read, list) else [read]
    out.write_text(draw([report for report in found if report.get("log")]), encoding="utf-8")


if __name__ == "__main__":
    main()
