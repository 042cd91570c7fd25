"""Ways in which blindness was lost elsewhere, one test for each. Numbers are those of ``docs/blindness.md``.

A author (Ada), R assigned reviewer (Ben), P another member (Pia), C conflicted member (Dan), K conflicted chair (Kurt).
"""

import csv
import io
import re
import zipfile

import pikepdf
import pytest

from tests.house.blindness.canaries import FIRST, IDENTITY, VISITOR, found_in
from tests.house.blindness.crawl import everything_in
from tests.house.blindness.routes import MADE_UP
from tests.house.blindness.test_two_worlds import BEFORE_RELEASE, OTHER_COMMITTEE
from tests.house.blindness.twins import differences
from tests.house.blindness.unpack import mail_text, text_in

EVENT = "/blindfest"
READ = f"{EVENT}/reviews/proposals"
NONSENSE = "zqnobodyatallzq"
AUTHOR_KINDS = (*IDENTITY, "file", "unsent")


def kinds(keys):
    return {key.partition(".")[0] for key in keys}


@pytest.fixture
def world(worlds):
    return worlds.first


@pytest.fixture
def ben(world):
    return world.client("ben")


@pytest.fixture
def cleo(world):
    return world.client("cleo")


def test_row_1_no_page_of_a_reviewer_names_an_author(worlds):
    public = {"name.open", "affiliation.open", "biography.open", "profile.ben"}
    assert {key for key in worlds.crawl.seen_by("ben") - public if kinds([key]) & set(AUTHOR_KINDS)} == set()
    assert kinds(worlds.crawl.seen_by("cleo")) >= {"name", "affiliation", "biography", "email", "file"}


@pytest.mark.parametrize("known", ["name.main", "email.ada", "domain.ada", "affiliation.main", "biography.main"])
def test_row_2_searching_for_an_author_finds_what_nonsense_finds(ben, cleo, known):
    word = FIRST.word(known)
    found, none = (ben.get(f"{READ}?q={each}").get_data(as_text=True) for each in (word, NONSENSE))
    assert _without_drawn(found.replace(word, "?")) == _without_drawn(none.replace(NONSENSE, "?"))
    named = cleo.get(f"{EVENT}/cfp/proposals?q={FIRST.word('email.ada')}").get_data(as_text=True)
    assert "title.main" in found_in(named)


def test_row_3_sorting_by_what_is_hidden_sorts_nothing(ben):
    plain = _main(ben, READ)
    for key in ("author", "authors", "email", "name", "affiliation", "created_at", "submitted", "id", "score"):
        for order in ("up", "down"):
            assert _main(ben, f"{READ}?sort={key}&order={order}") == plain
    assert _main(ben, f"{READ}?q={FIRST.word('title.main')}") != plain


def test_row_4_negation_and_zero_filters_leave_no_gap(ben):
    plain = _main(ben, READ)
    for query in ("state=!accepted", "outcome=rejected", "author=!ada", "verdict=", "reviews=0", "track=0", "page=0"):
        assert _main(ben, f"{READ}?{query}") == plain


def test_row_5_no_column_or_group_shows_hidden_values(world, ben, cleo):
    for path in ("cfp/proposals.csv?columns=authors", "committee/progress?group=author", "decisions/?group=verdict"):
        assert ben.get(f"{EVENT}/{path}").status_code == 403
    exported = cleo.get(f"{EVENT}/cfp/proposals.csv").get_data(as_text=True)
    table = csv.reader(io.StringIO(exported.removeprefix("\ufeff")))
    assert found_in("\n".join(",".join(row) for row in table)) >= {"name.main", "email.ada"}


def test_row_6_an_author_filters_by_no_reviewer_count_or_round(worlds):
    one, other = worlds.of(BEFORE_RELEASE), worlds.of(OTHER_COMMITTEE)
    queries = ("", "?reviewer=1", "?reviews=3", "?verdict=accept", "?state=accepted", "?round=1", "?sort=score")
    assert differences("ada", [f"{EVENT}/cfp/mine{query}" for query in queries], one, other) == []
    ada = one.client("ada")
    assert len({_main(ada, f"{EVENT}/cfp/mine{query}") for query in queries}) == 1


@pytest.mark.parametrize("role", [VISITOR, "eve", "ada", "bea", "ben", "dan"])
def test_row_7_hidden_and_made_up_things_answer_alike(world, role):
    """Proposals, reviews, jobs: the same status, headers, length and text."""
    hidden = {
        f"{EVENT}/cfp/proposals/mine/%s/": "wait",
        f"{EVENT}/cfp/proposals/mine/%s/edit": "wait",
        f"{EVENT}/cfp/proposals/mine/%s/history": "wait",
        f"{EVENT}/cfp/proposals/%s": "wait",
        f"{EVENT}/reviews/%s/": "lost" if role == "dan" else "draft",
        f"{EVENT}/decisions/%s/": "late",
        f"{EVENT}/agenda/talks/%s/": "late",
        f"{EVENT}/jobs/%s": "late",
    }
    for pattern, name in hidden.items():
        mine, none = (_answer_to(_browser(world, role), pattern % ref, ref) for ref in (world.refs[name], MADE_UP))
        assert mine == none
    assert world.client("cleo").get(f"{EVENT}/cfp/proposals/{world.refs['wait']}").status_code == 200


@pytest.mark.parametrize("role", [VISITOR, "eve", "bea", "ben"])
def test_row_7_saving_into_a_hidden_thing_answers_as_into_a_made_up_one(world, role):
    client = world.client(role)
    for act in ("autosave", "withdraw", "confirm", "decline", "authors", "compare", "discard", "submit", "restore"):
        answers = []
        for ref in (world.refs["wait"], MADE_UP):
            answer = client.post(f"{EVENT}/cfp/proposals/mine/{ref}/{act}", data={"title": "x", "reason": "y"})
            answers.append((answer.status_code, _without_drawn(answer.get_data(as_text=True).replace(ref, "REF"))))
        assert answers[0] == answers[1], act


def test_row_8_nobody_downloads_another_proposals_file(world):
    ref = world.refs["paper"]
    paths = (f"cfp/proposals/mine/{ref}/paper.pdf", f"cfp/proposals/mine/{ref}/reviewers-copy.pdf")
    for role in ("eve", "bea", "cory", "ben", "dan"):
        assert [world.client(role).get(f"{EVENT}/{path}").status_code for path in paths] == [404, 404]
    assert world.client("dan").get(f"{EVENT}/reviews/{ref}/paper-{ref}.pdf").status_code == 404
    assert [world.client("ada").get(f"{EVENT}/{path}").status_code for path in paths] == [200, 200]


def test_row_9_mails_name_the_recipient_and_nobody_else(worlds):
    """From, Reply-To, Cc, Message-ID and To of every mail to authors and reviewers."""
    people = {worlds.first.address(who) for who in (*worlds.first.people, "ivy", "nils")}
    for mail in worlds.letters.mails:
        head = mail_text(mail.message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n").lower()
        assert {address for address in people if address in head} == {mail.recipient}
        assert "\ncc:" not in head and "\nbcc:" not in head and "\nreply-to:" not in head
    assert {mail.kind for mail in worlds.letters.mails} >= {"cfp.submitted", "cfp.accepted", "cfp.rejected"}


def test_row_10_a_decision_letter_holds_the_decision_and_what_goes_with_it(worlds):
    told = {mail.role: mail.seen for mail in worlds.letters.mails if mail.kind in ("cfp.accepted", "cfp.rejected")}
    assert {key for key in told["bea"] if kinds([key]) & {"tochairs", "reviewer", "mailbox", "words"}} == set()
    assert told["bea"] >= {"decision.open", "acceptance.all", "text.open.ben", "text.open.pia"}
    assert "ada" not in told and "uma" not in told


def test_row_11_the_paper_of_the_reviewers_says_nothing_of_its_author(world, ben):
    ref = world.refs["paper"]
    answer = ben.get(f"{EVENT}/reviews/{ref}/paper-{ref}.pdf")
    assert found_in(everything_in(answer)) == set()
    assert f"paper-{ref}.pdf" in answer.headers["Content-Disposition"] and "ETag" not in answer.headers
    with pikepdf.Pdf.open(io.BytesIO(answer.get_data())) as pdf:
        assert ("/Info" in pdf.trailer, "/Metadata" in pdf.Root, len(pdf.attachments)) == (False, False, 0)
    whole = world.client("ada").get(f"{EVENT}/cfp/proposals/mine/{ref}/paper.pdf")
    parts = {"file.name", "file.info", "file.xmp", "file.attachment", "file.annotation", "file.form"}
    assert found_in(everything_in(whole)) == parts


def test_row_12_no_archive_reaches_a_reviewer_and_one_would_be_read(worlds):
    """Only PDFs are taken in, so that no zip, office file or image can carry a name; the crawl would unpack one."""
    kinds_seen = {each.kind for each in worlds.crawl.fetched if each.role == "ben" and each.status == 200}
    assert {kind for kind in kinds_seen if kind.startswith(("application/zip", "application/vnd", "image/"))} == set()
    assert "application/pdf" in kinds_seen
    assert found_in(text_in(_zipped(FIRST.word("file.name")))) == {"file.name"}


def test_row_13_scripts_and_remote_links_are_out_of_the_paper_and_the_author_is_told(world, ben):
    ref = world.refs["paper"]
    data = ben.get(f"{EVENT}/reviews/{ref}/paper-{ref}.pdf").get_data()
    assert re.findall(r"/JavaScript|/JS\b|/URI|/Launch|https?://", text_in(data)) == []
    page = world.client("ada").get(f"{EVENT}/cfp/proposals/mine/{ref}/").get_data(as_text=True).lower()
    assert "links" in page and "attach" in page


def test_row_14_an_author_gets_the_text_of_a_review_and_not_its_writer(worlds):
    written = {key for key in worlds.letters.seen_by("bea") if key.startswith("text.")}
    assert written == {"text.open.ben", "text.open.pia"}
    seen = worlds.letters.seen_by("bea") | worlds.crawl.seen_by("bea")
    assert {key for key in seen if kinds([key]) & {"reviewer", "mailbox"}} == set()


def test_row_16_no_list_of_another_member_shows_reviewers(world, worlds):
    named = {key for key in worlds.crawl.seen_by("pia") if kinds([key]) & {"reviewer", "mailbox"}}
    assert named == {"reviewer.pia", "mailbox.pia"}
    for path in ("committee/progress", "committee/reviewers", "committee/assignment", "decisions/", "setup/team"):
        assert world.client("pia").get(f"{EVENT}/{path}").status_code == 403
    assert {"reviewer.ben", "reviewer.quin"} <= worlds.crawl.seen_by("cleo")


def test_row_21_a_conflicted_member_sees_no_trace_of_the_proposal(worlds):
    """The list, the search and the queue of Dan are those of a conference without it."""
    seen = worlds.crawl.seen_by("dan")
    assert {key for key in seen if key.split(".")[1] in ("main", "paper")} == set()
    listed = worlds.first.client("dan").get(READ).get_data(as_text=True)
    assert found_in(listed) >= {"title.open", "title.late"}


def test_row_25_an_author_on_the_committee_learns_no_decision_early(worlds):
    one, other = worlds.of(BEFORE_RELEASE), worlds.of(OTHER_COMMITTEE)
    own = one.refs["uma"]
    pages = ("cfp/mine", f"cfp/proposals/mine/{own}/", "reviews/proposals", "reviews/", f"reviews/{own}/")
    paths = [f"{EVENT}/{page}" for page in pages]
    assert differences("uma", paths, one, other) == []
    assert len(differences("cleo", [f"{EVENT}/decisions/{own}/"], one, other)) == 1


def test_row_26_others_reviews_come_after_the_own_one(world, ben):
    before = ben.get(f"{EVENT}/reviews/{world.refs['paper']}/").get_data(as_text=True)
    after = ben.get(f"{EVENT}/reviews/{world.refs['main']}/").get_data(as_text=True)
    assert {key for key in found_in(before) if key.startswith("text.")} == {"text.paper.ben"}
    assert {key for key in found_in(after) if key.startswith("text.")} == {"text.main.ben", "text.main.quin"}


def test_row_26_a_chair_who_owes_a_review_sees_others_after_it(worlds):
    seen = worlds.crawl.seen_by("vera")
    thought = {key for key in seen if key.startswith(("text.", "tochairs.", "decision."))}
    assert {key for key in thought if ".main" in key or ".lost" in key} == set()
    assert thought >= {"text.open.ben", "text.late.quin", "decision.late"}
    assert seen >= {"title.main", "name.main", "title.lost"}


def test_row_27_addresses_count_nothing(world):
    """Numbers in addresses of proposals open nothing, and all that a stranger tries answers alike."""
    numbers = [f"{number:010}" for number in (1, 2, 11, 999)]
    for pattern in ("cfp/proposals/mine/%s/", "reviews/%s/", "decisions/%s/", "agenda/talks/%s/"):
        answers = {_answer_to(_browser(world, VISITOR), f"{EVENT}/{pattern}" % each, each) for each in numbers}
        assert len(answers) == 1
    assert len(set(world.refs.values())) == len(world.refs)
    assert not any(ref.isdigit() for ref in world.refs.values())


def test_row_28_nothing_is_public_before_its_release(worlds):
    public = {key for key in worlds.crawl.seen_by(VISITOR) if not key.endswith(".open")}
    assert public == set()
    assert worlds.crawl.seen_by(VISITOR) >= {"title.open", "name.open", "biography.open"}
    feeds = {each.kind for each in worlds.crawl.fetched if each.role == VISITOR and "title.open" in each.seen}
    assert feeds >= {"text/html", "text/calendar", "application/json", "application/pdf"}
    unreleased = worlds.of(BEFORE_RELEASE).client(VISITOR)
    for path in ("agenda/", "agenda/schedule.xml", "agenda/schedule.json", "agenda/schedule.ics", "agenda/speakers/"):
        assert found_in(everything_in(unreleased.get(f"{EVENT}/{path}"))) == set()


def test_row_31_pages_of_somebody_are_not_stored(world):
    for role, path in (("ada", "cfp/mine"), ("ben", "reviews/"), ("cleo", "decisions/"), ("ada", "cfp/nowhere")):
        assert world.client(role).get(f"{EVENT}/{path}").headers["Cache-Control"] == "private, no-store"


def test_row_33_error_pages_and_forms_shown_again_hold_no_hidden_value(world, ben):
    ref = world.refs["paper"]
    again = ben.post(f"{EVENT}/reviews/{ref}/", data={"go": "send", "version": "0"})
    assert again.status_code in (409, 422)
    own = {"reviewer.ben", "text.paper.ben", "tochairs.paper.ben", "title.paper", "abstract.paper", "notes.paper"}
    assert found_in(everything_in(again)) <= own
    assert "title.paper" in found_in(everything_in(again))
    assert found_in(everything_in(ben.post(f"{EVENT}/cfp/proposals/mine/{ref}/edit", data={}))) <= {"reviewer.ben"}


def _browser(world, role):
    """A stranger's new browser each time, since a hint of the last page would show on the next."""
    return world.app.test_client() if role == VISITOR else world.client(role)


def _main(client, path):
    """What the page says, without the links around it that lead back to the very address."""
    page = client.get(path).get_data(as_text=True)
    return _without_drawn(page[page.index("<main") : page.index("</main>")])


def _answer_to(client, path, ref):
    answer = client.get(path)
    drawn = ("Set-Cookie", "X-Request-Id")
    headers = tuple((name, value.replace(ref, "REF")) for name, value in answer.headers if name not in drawn)
    return answer.status_code, headers, _without_drawn(answer.get_data(as_text=True).replace(ref, "REF"))


def _without_drawn(text):
    """Without the request's reference and without tokens."""
    text = re.sub(r"[\w-]{16,}\.[\w-]{6}\.[\w-]{27}", "SIGNED", text)
    return re.sub(r"\b[23456789bcdfghjkmnpqrstvwxz]{10}\b", "DRAWN", text)


def _zipped(name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{name}.txt", "content")
    return made.getvalue()
