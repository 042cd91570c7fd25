"""Which WSGI server: ``python -m tests.bench.bench_server``. One page with queries, one that only says it is alive.

Each server gets two processes with four threads, the same application, the same SQLite file.
"""

import sys
import tempfile
from http.client import HTTPConnection

from plumbing import processes
from plumbing.settings import Settings
from tests import factories
from tests.bench.web import CLIENTS, measure, serving
from wsgi import create_app

COUNT = 400
BIND = "127.0.0.1:8931"


def page(path: str):
    def ask(connection: HTTPConnection, _number: int) -> int:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}")
        return len(body)

    return ask


def commands(settings: Settings) -> dict[str, list[str]]:
    host, port = settings.bind.split(":")
    granian = [
        sys.executable, "-m", "granian", "wsgi:app", "--interface", "wsgi", "--host", host, "--port", port,
        "--workers", str(settings.web_processes), "--blocking-threads", str(settings.web_threads),
        "--log-level", "warning", "--no-ws",
    ]  # fmt: skip
    return {"gunicorn": processes.web_command(settings), "granian": granian}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            secret_key="x" * 40, instance_dir=folder, bind=BIND, database_url=f"sqlite:///{folder}/bench.sqlite3"
        )
        app = create_app(settings)
        with app.app_context():
            app.extensions["rostrum"].database.create_all()
            factories.make_cast()
        print(f"{CLIENTS} clients, {COUNT} requests each time")
        print("| server | page | p50 ms | p95 ms | requests/s | memory MB |\n|---|---|---|---|---|---|")
        for name, command in commands(settings).items():
            with serving(settings, command) as server:
                for path in ("/healthz", "/pyfest27/"):
                    found = measure(settings, server, path, page(path), count=COUNT)
                    print(
                        f"| {name} | {path} | {found.p50_ms:.1f} | {found.p95_ms:.1f} | {found.per_second:.0f} "
                        f"| {found.memory_mb:.0f} |"
                    )


if __name__ == "__main__":
    main()
