"""How the real application hands out static files."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("js/counter.js", "no-cache"),
        ("js/counter.js?v=abc", "public, max-age=31536000"),
        ("vendor/fonts/instrument-sans/instrument-sans-latin-wght-normal.woff2", "public, max-age=31536000"),
    ],
)
def test_only_files_without_a_digest_are_asked_for_again(client: FlaskClient, path: str, kept: str) -> None:
    response = client.get(f"/static/{path}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == kept
    assert response.headers["ETag"]
