"""Renders the style guide in a bare application and takes pictures of it.

    python -m tests.design.render FOLDER [SECTION …]

writes `FOLDER/<section>-<width>-<theme>.png`; without a section the whole page.
"""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.serving import make_server

from tests.design.sample import sample

ROOT = Path(__file__).parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (360, 1280)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def current(**changes: Any) -> SimpleNamespace:
    """The frame of a page, as for a signed-in chair."""
    facts: dict[str, Any] = {
        "actor": SimpleNamespace(ref="cleobianch", name="Cleo Bianchi", is_administrator=False),
        "event": SimpleNamespace(slug="pyfest27", name="PyFest 2027", accent="petrol", href="/pyfest27/"),
        "locale": "en",
        "locales": [("en", "English"), ("de", "Deutsch"), ("it", "Italiano")],
        "locale_url": lambda code: f"?lang={code}",
        "nav": [
            ("Overview", "#", False, None),
            ("Call", "#", False, None),
            ("Proposals", "#", True, "312"),
            ("Reviews", "#", False, "4"),
            ("Decisions", "#", False, None),
            ("Schedule", "#", False, None),
            ("Mails", "#", False, None),
            ("Settings", "#", False, None),
        ],
        "account_nav": [("My account", "#"), ("My proposals", "#")],
        "sign_in_href": "/sign-in",
        "sign_out_href": "/sign-out",
    }
    return SimpleNamespace(**(facts | changes))


def bare_app() -> Flask:
    """An application with templates, static files and nothing else; the same policy for contents as the real one."""
    app = Flask("styleguide", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config["SECRET_KEY"] = "only-for-the-style-guide"
    Babel(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(static_url=lambda path: f"/static/{path}?v=1", csrf_token=lambda: "token")
    app.context_processor(lambda: {"current": current()})
    app.add_url_rule("/styleguide", "styleguide", lambda: render_template("styleguide.html", sample=sample()))
    app.add_url_rule(
        "/error/<int:status>",
        "error",
        lambda status: render_template(f"errors/{status}.html", reason="", request_id="k3f9a2", status=status),
    )

    @app.after_request
    def secure(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of a server that runs in a thread while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def take_pictures(folder: Path, sections: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    with served(bare_app()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        for theme in THEMES:
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
                page.on("console", lambda message: print(message.type, message.text))
                page.goto(f"{address}/styleguide")
                page.wait_for_load_state("networkidle")
                for section in sections:
                    page.evaluate("id => document.getElementById(id).scrollIntoView()", section)
                    page.screenshot(path=folder / f"{section}-{width}-{theme}.png")
                if not sections:
                    page.screenshot(path=folder / f"whole-{width}-{theme}.png", full_page=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]), sys.argv[2:])
