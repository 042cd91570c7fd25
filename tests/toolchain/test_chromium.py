from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.servers.chromium import VENDOR, axe

pytestmark = pytest.mark.browser

GOOD = """<!doctype html><html lang="en"><head><title>A page</title>
<style>body { width: 100vw; color: #111; background: #fff }</style></head>
<body><main><h1>Hello</h1><p id="out">no script</p></main>%s</body></html>"""
SCRIPT = "<script>document.getElementById('out').textContent = 'script'</script>"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# One event at 09:00 in Rome, in summer time.
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r\n"
    "DTSTART:20270601T070000Z\r\nSUMMARY:Opening\\, with music\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_page_runs_its_script(new_page):
    page = new_page()
    page.set_content(GOOD % SCRIPT)
    assert page.inner_text("#out") == "script"
    assert new_page.errors == []


def test_page_without_javascript_shows_its_markup(new_page):
    page = new_page(javascript=False)
    page.set_content(GOOD % SCRIPT)
    assert page.inner_text("#out") == "no script"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_the_size_scheme_and_zone_that_were_asked_for(new_page, scheme):
    page = new_page(360, 640, color_scheme=scheme)
    page.set_content(GOOD % "")
    assert page.evaluate(
        "() => [innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches,"
        " Intl.DateTimeFormat().resolvedOptions().timeZone]"
    ) == [360, 640, scheme == "dark", "Europe/Rome"]


def test_uncaught_error_is_collected(new_page):
    page = new_page()
    page.set_content(GOOD % "<script>throw new Error('broken')</script>")
    assert [error.split(": ", 1)[1] for error in new_page.errors] == ["broken"]


def test_axe_finds_nothing_on_a_good_page_and_names_what_is_bad(new_page):
    page = new_page()
    page.set_content(GOOD % "")
    assert axe(page) == []
    page.set_content(GOOD % "<input><p style='color: #aaa'>Pale</p>")
    assert sorted(line.split(" ")[0] for line in axe(page))[:2] == ["color-contrast", "label"]


def test_a_strict_policy_stops_the_page_but_not_axe(new_page):
    body = (GOOD % SCRIPT).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        assert page.inner_text("#out") == "no script"
        assert any("Content Security Policy" in error for error in new_page.errors)
        assert axe(page) == []
        server.shutdown()


def test_ical_js_reads_a_calendar(new_page):
    source = (VENDOR / "ical.min.js").read_text(encoding="utf-8")
    page = new_page()
    page.set_content(GOOD % "")
    found = page.evaluate(
        """async ([source, calendar]) => {
            const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
            const ICAL = (await import(url)).default;
            const component = new ICAL.Component(ICAL.parse(calendar));
            const event = new ICAL.Event(component.getFirstSubcomponent('vevent'));
            return [event.summary, event.startDate.toJSDate().toISOString()];
        }""",
        [source, CALENDAR],
    )
    assert found == ["Opening, with music", "2027-06-01T07:00:00.000Z"]
