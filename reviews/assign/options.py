"""How a run is asked for, and how it talks while it works."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from plumbing.sentences import Sentence
from reviews.assign.prepare import KeepBonus

Progress = Callable[[int, Sentence], None]
ShouldStop = Callable[[], bool]


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


@dataclass(frozen=True, eq=False)
class Watch:
    """Who wants to hear of progress, who may stop the run, and until when it may last."""

    on_progress: Progress | None = None
    should_stop: ShouldStop | None = None
    deadline: float | None = None
    began: float = 0.0

    def tell(self, percent: int, words: Sentence) -> None:
        """Report progress, if anybody listens."""
        if self.on_progress is not None:
            self.on_progress(percent, words)

    def is_over(self) -> bool:
        """Whether to stop with what there is."""
        late = self.deadline is not None and time.monotonic() > self.deadline
        return late or (self.should_stop is not None and self.should_stop())

    def left(self, most: float) -> float:
        """Seconds until the deadline, at most ``most``, at least a tenth."""
        if self.deadline is None:
            return most
        return max(0.1, min(most, self.deadline - time.monotonic()))


def watching(limit: float | None, on_progress: Progress | None, should_stop: ShouldStop | None) -> Watch:
    """A watch that starts now."""
    now = time.monotonic()
    return Watch(on_progress, should_stop, None if limit is None else now + limit, now)
