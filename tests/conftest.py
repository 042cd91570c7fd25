"""What every test gets: the real servers; the application's own fixtures stand in tests/fixtures."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.servers.fixtures", "tests.fixtures.app", "tests.fixtures.live"]

# The same examples on every machine and every day: a red test stays red until somebody mends it, and a slow machine
# makes none.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")

SHARES = (
    "tests/house/blindness/",
    "tests/demo/",
    "tests/schedule/programme/test_programme.py",
    "tests/schedule/solve/anneal/",  # compiles its kernel, once for each clone
)
"""What these tests look at takes long to make, so all of one place and database go to one worker."""

FOR_BOTH = ("tests/demo/",)
"""Of these, what is shared serves the tests of both databases."""

LONG = (
    "tests/journeys/",
    "tests/plumbing/test_processes.py",
    "tests/reviews/test_in_browser.py::test_axe",
    "tests/house/test_style.py",
    "tests/cfp/test_in_browser.py::test_axe",
    "tests/schedule/test_browser.py::test_axe",
    "tests/plumbing/test_queue.py",
)
"""Single tests of ten seconds and more. They begin first, so that no worker is left alone with one at the end."""


class ByWhatTheyShare(LoadScopeScheduling):
    """Sends tests one by one to the worker that is free, but keeps those together that share something large.

    What many share goes first; of the others, in the order of collection, those of ``LONG``.

    The marks of xdist say the same, but do not reach the controller with this pytest.
    """

    def _split_scope(self, nodeid: str) -> str:
        for place in SHARES:
            if nodeid.startswith(place) and place in FOR_BOTH:
                return place
            if nodeid.startswith(place):
                return f"{place} {'postgresql' if '[postgresql' in nodeid else 'sqlite'}"
        return nodeid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByWhatTheyShare(config, log)
