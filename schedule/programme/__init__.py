"""The printed programme of a release, as an accessible PDF."""

from schedule.programme.build import Paper, build_programme
from schedule.programme.wording import Locale

__all__ = ["Locale", "Paper", "build_programme"]
