"""How long work that can be left talks while it goes on: progress, a wish to stop, a deadline.

Pure engines take a ``Watch`` and know neither jobs nor pages; both feed them one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from plumbing.sentences import Sentence

OnProgress = Callable[[int, Sentence], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Watch:
    """Who wants to hear of progress, who may stop the run, and until when it may last."""

    on_progress: OnProgress | None = None
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


def watching(limit: float | None, on_progress: OnProgress | None, should_stop: ShouldStop | None) -> Watch:
    """A watch that starts now."""
    now = time.monotonic()
    return Watch(on_progress, should_stop, None if limit is None else now + limit, now)
