"""Until when something can be sent in: the latest of the call's, the session type's and the proposal's own date."""

from datetime import datetime, timedelta

SOON = timedelta(days=3)


def deadline_of(call: datetime, *others: datetime | None) -> datetime:
    """The call's date, unless the session type's or an extension is later."""
    return max([call, *(other for other in others if other is not None)])


def deadline_state(deadline: datetime, now: datetime) -> str:
    """How the page shows it: open, soon or passed."""
    if now > deadline:
        return "passed"
    return "soon" if deadline - now <= SOON else "open"
