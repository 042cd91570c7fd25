"""How a run is asked for."""

from dataclasses import dataclass

from reviews.assign.prepare import KeepBonus


@dataclass(frozen=True)
class SolveOptions:
    """``candidates`` per proposal and reviewer to begin with; ``softness`` makes scores concave (0 is off).

    ``keep`` rewards pairs of an earlier plan. ``floor`` is a total, in millionths, that every proposal shall
    reach. Past ``time_limit_seconds`` the best so far is returned with its gap. ``check`` runs the
    independent checker on the plan.
    """

    candidates: int = 30
    softness: float = 0.0
    keep: KeepBonus | None = None
    floor: int | None = None
    time_limit_seconds: float | None = None
    check: bool = True
