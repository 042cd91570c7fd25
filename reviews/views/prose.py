"""People's text inside a page's order of headings."""

import re

from markupsafe import Markup

from plumbing.markdown import to_html

FIRST_LEVEL = 3
HEADING = re.compile(r"(</?h)([1-6])>")


def prose(text: str) -> Markup:
    """Safe HTML whose headings begin at h3 and leave no level out, since each text stands below an h2 of the page."""
    html = to_html(text)
    used = sorted({found[2] for found in HEADING.finditer(html)})
    levels = {level: str(FIRST_LEVEL + place) for place, level in enumerate(used)}
    return Markup(HEADING.sub(lambda found: f"{found[1]}{levels[found[2]]}>", html))  # noqa: S704 (renames tags only)
