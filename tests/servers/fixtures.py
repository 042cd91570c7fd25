"""Pytest plugin: the real servers that tests talk to. See the classes for what each one can do.

postgres_server   session   PostgreSQL of the run: url(), create_database(), drop_database()
redis_server      function  this worker's database of the run's Redis, emptied before each test
own_redis         function  a Redis of this test alone: stop(), start()
smtp_server       function  this worker's SMTP server: messages, refuse(), stop(), start()
chromium          session   the browser
new_page          function  makes pages; new_page.errors is what they complained about
worker_number     session   0, 1, 2 …: to name databases and ports
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.servers.postgres import PostgresServer, start_postgres
from tests.servers.redis import OwnRedis, RedisServer, start_shared_redis
from tests.servers.rundir import RunDir
from tests.servers.smtp import SmtpServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.servers.chromium import Pages

RUN_DIR = pytest.StashKey[RunDir]()
WORKER_INPUT_KEY = "rostrum_run_dir"


def pytest_configure(config: pytest.Config) -> None:
    worker_input = getattr(config, "workerinput", None)
    if worker_input is None:
        config.stash[RUN_DIR] = RunDir.create()
    else:
        config.stash[RUN_DIR] = RunDir.from_json(worker_input[WORKER_INPUT_KEY])
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(TellWorkers(config.stash[RUN_DIR]))


class TellWorkers:
    """Hands the run's folder to each xdist worker as it starts."""

    def __init__(self, run_dir: RunDir) -> None:
        self.run_dir = run_dir

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        node.workerinput[WORKER_INPUT_KEY] = self.run_dir.to_json()  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    run_dir = config.stash.get(RUN_DIR, None)
    if run_dir is not None and not hasattr(config, "workerinput"):
        run_dir.close()


@pytest.fixture(scope="session")
def run_dir(pytestconfig: pytest.Config) -> RunDir:
    return pytestconfig.stash[RUN_DIR]


@pytest.fixture(scope="session")
def worker_number(pytestconfig: pytest.Config) -> int:
    worker_input = getattr(pytestconfig, "workerinput", None)
    return 0 if worker_input is None else int(worker_input["workerid"].removeprefix("gw"))


@pytest.fixture(scope="session")
def postgres_server(run_dir: RunDir) -> PostgresServer:
    return start_postgres(run_dir)


@pytest.fixture(scope="session")
def _shared_redis(run_dir: RunDir, worker_number: int) -> RedisServer:
    return start_shared_redis(run_dir, worker_number)


@pytest.fixture
def redis_server(_shared_redis: RedisServer) -> RedisServer:
    _shared_redis.flush()
    return _shared_redis


@pytest.fixture
def own_redis(run_dir: RunDir) -> Iterator[OwnRedis]:
    with TemporaryDirectory(dir=run_dir.path) as folder:
        server = OwnRedis(Path(folder) / "s")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def _smtp_of_worker() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_server(_smtp_of_worker: SmtpServer) -> SmtpServer:
    _smtp_of_worker.start()
    _smtp_of_worker.clear()
    return _smtp_of_worker


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    from tests.servers.chromium import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: "Browser") -> "Iterator[Pages]":
    from tests.servers.chromium import Pages

    pages = Pages(chromium)
    yield pages
    pages.close()
