"""The crawl can go red: leaks planted in a body, a header, a mail, an order and a file are found."""

from dataclasses import replace

import pytest
from flask import Response

from tests.house.blindness import letters
from tests.house.blindness.canaries import FIRST, found_in
from tests.house.blindness.crawl import Crawl, Walker
from tests.house.blindness.papers import poisoned_paper
from tests.house.blindness.test_two_worlds import BEFORE_RELEASE, OTHER_AUTHORS
from tests.house.blindness.twins import differences
from tests.house.blindness.unpack import text_in

LIST, ONE = "/blindfest/reviews/proposals", "/blindfest/reviews/"


@pytest.fixture
def fetch(worlds):
    """What the crawl says of one page, fetched as Ben."""

    def run(path: str) -> list[str]:
        found = Crawl()
        Walker(worlds.first, "ben", found).fetch(path)
        return found.leaks

    return run


@pytest.fixture
def planted(worlds, monkeypatch):
    """Puts something into every answer of an endpoint."""

    def plant(endpoint: str, change, world=None) -> None:
        views = (world or worlds.first).app.view_functions
        view = views[endpoint]

        def leaking(**values):
            answer = worlds.first.app.make_response(view(**values))
            change(answer)
            return answer

        leaking.guard = view.guard
        monkeypatch.setitem(views, endpoint, leaking)

    return plant


def test_a_name_in_a_body_is_found(fetch, planted):
    assert fetch(LIST) == []

    def change(answer: Response) -> None:
        answer.set_data(answer.get_data(as_text=True) + f"<p title='{FIRST.word('name.main')}'>")

    planted("reviews.all_proposals", change)
    assert fetch(LIST) == [f"ben: {LIST} → name.main"]


def test_a_file_name_in_a_header_is_found(worlds, fetch, planted):
    path = f"{ONE}{worlds.first.refs['paper']}/paper-{worlds.first.refs['paper']}.pdf"
    assert fetch(path) == []
    name = f"{FIRST.word('file.name')}.pdf"
    planted("reviews.paper", lambda answer: answer.headers.set("Content-Disposition", "inline", filename=name))
    assert fetch(path) == [f"ben: {path} → file.name"]


def test_the_uploaded_file_instead_of_the_rewritten_one_is_found(worlds, fetch, planted):
    path = f"{ONE}{worlds.first.refs['paper']}/paper-{worlds.first.refs['paper']}.pdf"
    planted("reviews.paper", lambda answer: answer.set_data(poisoned_paper(FIRST)))
    parts = ("annotation", "attachment", "form", "info", "xmp")
    assert fetch(path) == [f"ben: {path} → " + ", ".join(f"file.{part}" for part in parts)]


def test_a_reviewer_in_a_mail_header_is_found(worlds):
    """Row 9: Reply-To of a decision letter names the reviewer."""
    known = worlds.letters
    told = next(mail for mail in known.mails if mail.role == "bea" and mail.kind == "cfp.accepted")
    address = worlds.first.address("ben").encode()
    leaking = replace(told, message=b"Reply-To: " + address + b"\r\n" + told.message)
    assert replace(known, mails=(leaking,)).leaks == ["bea cfp.accepted mailbox.ben"]
    assert letters.Letters((told,), "").leaks == []


def test_an_order_that_depends_on_the_authors_is_found(worlds, planted):
    one, other = worlds.of(BEFORE_RELEASE), worlds.of(OTHER_AUTHORS)
    assert differences("ben", [LIST], one, other) == []
    for world in (one, other):
        length = len(world.address("ada"))
        planted("reviews.all_proposals", lambda answer, many=length: answer.set_data(b" " * many), world)
    assert len(differences("ben", [LIST], one, other)) == 1


@pytest.mark.parametrize(
    "hide",
    [str.upper, lambda word: "\u00ad".join(word), lambda word: "-\n ".join((word[:5], word[5:]))],
    ids=["in capitals", "with soft hyphens", "over two lines"],
)
def test_a_canary_is_known_however_it_is_written(hide):
    assert found_in(text_in(hide(FIRST.word("name.main")).encode())) == {"name.main"}
