"""The stage: see tests.schedule.stage."""

import pytest

from schedule import shelf
from tests.factories import Cast
from tests.schedule.stage import Stage, make_stage


@pytest.fixture
def stage(cast: Cast) -> Stage:
    shelf.empty()
    return make_stage(cast)
