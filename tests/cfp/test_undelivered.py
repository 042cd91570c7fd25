"""Letters that were not sent: whom a draft invites is no matter of the chairs."""

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from plumbing.kernel import kernel
from plumbing.queue import drain
from tests import factories
from tests.cfp.acts import begin, page_path
from tests.fixtures.app import sign_in
from tests.plumbing.parts import connected
from tests.servers.smtp import SmtpServer

INVITED = {"row": ["me", "new1"], "row-new1-name": "Zoe", "row-new1-email": "zoe@example.org"}


def addresses(browser: FlaskClient) -> list[str]:
    page = BeautifulSoup(browser.get("/pyfest27/setup/letters").text, "html.parser")
    return sorted(cell.text for cell in page.select("tbody th small"))


def test_chairs_learn_of_an_invited_author_when_the_proposal_is_sent_in(
    app: Flask, cast: factories.Cast, smtp_server: SmtpServer
) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.refuse(554)
    ada, cleo = (sign_in(app.test_client(), who) for who in (cast.ada, cast.cleo))
    ref = begin(ada, cast, **INVITED)
    assert drain(kernel()) == 1
    assert (addresses(cleo), "were not sent" in cleo.get("/pyfest27/").text) == ([], False)
    assert ada.post(page_path(ref, "submit")).status_code == 303
    drain(kernel())
    assert addresses(cleo) == ["ada@acme.example", "zoe@example.org"]
