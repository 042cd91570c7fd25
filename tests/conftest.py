"""What every test gets: the real servers; the application's own fixtures stand in tests/fixtures."""

from hypothesis import settings

pytest_plugins = ["tests.servers.fixtures", "tests.fixtures.app", "tests.fixtures.live"]

# The same examples on every machine and every day: a red test stays red until somebody mends it.
settings.register_profile("steady", derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("steady")
