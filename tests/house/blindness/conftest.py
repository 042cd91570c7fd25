"""The worlds of blindness: one set on SQLite, one on PostgreSQL, each made once for all tests."""

import shutil
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import pytest

from tests.house.blindness.crawl import Crawl, crawl_everything
from tests.house.blindness.letters import Letters, letters_of
from tests.house.blindness.story import make_world
from tests.house.blindness.world import Plan, World, make_app


class Worlds:
    """Makes worlds when they are first asked for. ``again`` makes one that a test may break."""

    def __init__(self, folder: Path, new_database: Callable[[str], str]) -> None:
        self.folder, self.new_database = folder, new_database
        self.made: dict[Plan, World] = {}
        self.all: list[World] = []

    def of(self, plan: Plan) -> World:
        if plan not in self.made:
            self.made[plan] = self.again(plan)
        return self.made[plan]

    def again(self, plan: Plan) -> World:
        name = f"blind{len(self.all)}"
        world = make_world(self.folder / name, self.new_database(name), plan)
        self.all.append(world)
        return world

    @cached_property
    def first(self) -> World:
        return self.of(Plan())

    @cached_property
    def crawl(self) -> Crawl:
        return crawl_everything(self.first)

    @cached_property
    def letters(self) -> Letters:
        return letters_of(self.first)

    def close(self) -> None:
        for world in self.all:
            world.app.extensions["rostrum"].database.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("blindness")
    new_database, drop = (_on_sqlite if request.param == "sqlite" else _on_postgresql)(request, folder)
    found = Worlds(folder, new_database)
    yield found
    found.close()
    drop()


Maker = tuple[Callable[[str], str], Callable[[], None]]


def _on_sqlite(request: pytest.FixtureRequest, folder: Path) -> Maker:
    template: Path = request.getfixturevalue("_sqlite_template")

    def new_database(name: str) -> str:
        path = folder / f"{name}.sqlite3"
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    return new_database, lambda: None


def _on_postgresql(request: pytest.FixtureRequest, folder: Path) -> Maker:
    server, number = request.getfixturevalue("postgres_server"), request.getfixturevalue("worker_number")
    template = f"blind_template_{number}"
    server.create_database(template)
    # The application knows all tables only once it is made.
    database = make_app(folder / "template", server.url(template), clock=None).extensions["rostrum"].database
    database.create_all()
    database.dispose()
    made = [template]

    def new_database(name: str) -> str:
        made.append(f"{name}_{number}")
        server.create_database(made[-1], template=template)
        return str(server.url(made[-1]))

    def drop() -> None:
        for each in reversed(made):
            server.drop_database(each)

    return new_database, drop
