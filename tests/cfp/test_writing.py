"""Writing a proposal in the form: nothing typed is lost, whatever happens."""

import io
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from cfp.authors import Authorship, UnsentForm
from cfp.models import Call, Proposal
from conference.actor import SYSTEM, load_actor
from conference.models import AccountSession, SessionType
from conference.sessions import adopt_all
from conference.work import reading, writing
from plumbing.clock import FixedClock
from plumbing.outbox import Outbox
from tests import factories
from tests.cfp import pdfs
from tests.cfp.acts import NEW, NEW_AUTOSAVE, begin, edit_path, everything, fields, page_path, stored, submit
from tests.fixtures.app import sign_in


def events() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Outbox.kind).order_by(Outbox.id)))


def unsent() -> list[UnsentForm]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(UnsentForm).order_by(UnsentForm.id)))


def test_a_complete_form_is_submitted_and_told(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    row = stored(ref)
    assert (row.stage, row.title, row.kind, row.edit) == ("submitted", "Engines that weave", "talk", 1)
    assert events() == ["ProposalSubmitted"]
    assert "Submitted" in client.get(page_path(ref)).text


def test_an_incomplete_form_becomes_a_draft_and_says_what_is_missing(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    answer = client.post(NEW, data=fields(cast, abstract="", session_type="", action="submit"))
    assert answer.status_code == 422
    assert "Describe what it is about." in answer.text
    assert "Choose one of the session types." in answer.text
    assert "Engines that weave" in answer.text
    assert [(row.stage, row.title) for row in everything()] == [("draft", "Engines that weave")]


def test_a_draft_may_be_too_long_but_not_be_submitted_so(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast, abstract="x" * 1600)
    answer = client.post(edit_path(ref), data=fields(cast, abstract="x" * 1600, action="submit", base="1"))
    assert answer.status_code == 422
    assert "At most 1500 characters, please; this has 1600, so 100 are too many." in answer.text
    assert len(stored(ref).abstract) == 1600


def test_what_cannot_be_stored_comes_back_and_is_kept(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    answer = client.post(NEW, data=fields(cast, title="t" * 301, action="save"))
    assert answer.status_code == 422
    assert "t" * 301 in answer.text
    assert everything() == []
    assert unsent()[0].content["title"] == ["t" * 301]
    assert "t" * 301 in client.get(NEW).text


def test_a_stranger_writes_and_signs_in_and_has_the_draft(client: FlaskClient, cast: factories.Cast) -> None:
    saved = client.post(NEW_AUTOSAVE, data=fields(cast, title="Half a ti"))
    assert (saved.status_code, saved.get_json()) == (200, {"version": 1})
    assert "Half a ti" in client.get(NEW).text
    answer = client.post(NEW, data=fields(cast, version="1", action="save"))
    assert answer.status_code == 303
    assert "/account/sign-in?next=/pyfest27/cfp/calls/main/go-on" in answer.headers["Location"]
    cookie = client.get_cookie("unsent")
    assert cookie is not None
    with reading(SYSTEM) as work:
        ada = load_actor(work.db, cast.ada)
    assert ada is not None
    with writing(ada) as work:
        adopt_all(work, {"unsent": cookie.value})
    sign_in(client, cast.ada)
    went_on = client.get("/pyfest27/cfp/calls/main/go-on")
    (row,) = everything()
    assert went_on.headers["Location"] == edit_path(row.ref)
    assert (row.stage, row.title) == ("draft", "Engines that weave")
    assert unsent() == []


def test_a_stranger_sees_nothing_of_another_stranger(app: Flask, cast: factories.Cast) -> None:
    first, second = app.test_client(), app.test_client()
    first.post(NEW_AUTOSAVE, data=fields(cast, title="My secret idea"))
    assert "My secret idea" not in second.get(NEW).text
    assert "My secret idea" in first.get(NEW).text


def test_an_empty_form_is_not_kept(client: FlaskClient, cast: factories.Cast) -> None:
    empty = dict.fromkeys(("title", "abstract", "notes"), "")
    assert client.post(NEW_AUTOSAVE, data=empty).get_json() == {"version": 0}
    assert unsent() == []


def test_forms_of_strangers_who_never_came_back_are_forgotten(
    app: Flask, cast: factories.Cast, clock: FixedClock
) -> None:
    app.test_client().post(NEW_AUTOSAVE, data=fields(cast, title="Forgotten"))
    sign_in(app.test_client(), cast.ada).post(NEW_AUTOSAVE, data=fields(cast, title="Stranger to Ada"))
    ada = sign_in(app.test_client(), cast.ada)
    ada.post(NEW_AUTOSAVE, data=fields(cast, title="Kept for Ada", version="1"))
    clock.advance(timedelta(days=200))
    app.test_client().post(NEW_AUTOSAVE, data=fields(cast, title="New"))
    assert sorted(row.content["title"][0] for row in unsent()) == ["Kept for Ada", "New"]


def test_two_windows_are_told_and_both_texts_are_kept(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    assert client.post(NEW_AUTOSAVE, data=fields(cast, title="First", version="0")).get_json() == {"version": 1}
    answer = client.post(NEW_AUTOSAVE, data=fields(cast, title="Second", version="0"))
    assert answer.status_code == 409
    told = answer.get_json()
    assert (told["stored"]["title"], told["yours"]["title"]) == (["First"], ["Second"])
    page = client.get(told["href"]).text
    assert ("First" in page, "Second" in page) == (True, True)
    client.post(told["href"], data={"take": "other"})
    assert 'value="Second"' in client.get(NEW).text


def test_the_first_window_goes_on_undisturbed(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    client.post(NEW_AUTOSAVE, data=fields(cast, title="First", version="0"))
    client.post(NEW_AUTOSAVE, data=fields(cast, title="Second", version="0"))
    answer = client.post(NEW_AUTOSAVE, data=fields(cast, title="First, longer", version="1"))
    assert (answer.status_code, answer.get_json()) == (200, {"version": 2})


def test_saving_over_somebody_elses_text_shows_both(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast)
    base = stored(ref).version
    assert client.post(edit_path(ref), data=fields(cast, title="One", action="save", base=base)).status_code == 303
    answer = client.post(edit_path(ref), data=fields(cast, title="Two", action="save", base=base))
    assert answer.status_code == 409
    assert ("One" in answer.text, "Two" in answer.text) == (True, True)
    assert stored(ref).title == "One"
    client.post(page_path(ref, "compare"), data={"take": "mine"})
    page = client.get(edit_path(ref)).text
    assert 'value="Two"' in page
    again = client.post(
        edit_path(ref), data=fields(cast, title="Two", action="save", base=stored(ref).version, version="2")
    )
    assert (again.status_code, stored(ref).title) == (303, "Two")


def test_text_typed_after_the_session_ended_waits_for_the_sign_in(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast)
    with writing(SYSTEM) as work:
        work.db.query(AccountSession).update({"revoked_at": work.now})
    autosave = page_path(ref, "autosave")
    answer = client.post(autosave, data=fields(cast, title="Typed late", base="1"))
    assert answer.status_code == 401
    assert answer.get_json()["sign_in"] == f"/account/sign-in?next={edit_path(ref)}"
    cookie = client.get_cookie("unsent")
    assert cookie is not None
    with reading(SYSTEM) as work:
        ada = load_actor(work.db, cast.ada)
    assert ada is not None
    with writing(ada) as work:
        adopt_all(work, {"unsent": cookie.value})
    sign_in(client, cast.ada)
    assert 'value="Typed late"' in client.get(edit_path(ref)).text
    assert stored(ref).title == "Engines that weave"


def test_late_text_does_not_reach_a_stranger_who_signs_in(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast)
    with writing(SYSTEM) as work:
        work.db.query(AccountSession).update({"revoked_at": work.now})
    client.post(page_path(ref, "autosave"), data=fields(cast, title="Typed late", base="1"))
    cookie = client.get_cookie("unsent")
    assert cookie is not None
    with reading(SYSTEM) as work:
        eve = load_actor(work.db, cast.eve)
    assert eve is not None
    with writing(eve) as work:
        adopt_all(work, {"unsent": cookie.value})
    assert [row.account_id for row in unsent()] == [None]
    assert sign_in(client, cast.eve).get(edit_path(ref)).status_code == 404


def test_the_deadline_passes_while_the_form_is_open(
    client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    sign_in(client, cast.ada)
    clock.advance(timedelta(days=21))
    answer = client.post(NEW, data=fields(cast, action="submit"))
    assert answer.status_code == 403
    assert "The deadline has passed." in answer.text
    assert "team@example.org" in answer.text
    assert [(row.stage, row.title) for row in everything()] == [("draft", "Engines that weave")]


def test_changes_that_come_too_late_are_kept_beside_what_was_submitted(
    client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    clock.advance(timedelta(days=21))
    answer = client.post(edit_path(ref), data=fields(cast, title="Too late", action="save", base=stored(ref).version))
    assert answer.status_code == 403
    assert ("Too late" in answer.text, "team@example.org" in answer.text) == (True, True)
    assert stored(ref).title == "Engines that weave"
    assert unsent()[0].content["title"] == ["Too late"]


def test_a_session_type_with_a_later_date_wins(client: FlaskClient, cast: factories.Cast, clock: FixedClock) -> None:
    with writing(SYSTEM) as work:
        kind = work.db.get_one(SessionType, cast.talk_type)
        kind.closes_at = work.now + timedelta(days=30)
    clock.advance(timedelta(days=21))
    sign_in(client, cast.ada)
    ref = submit(client, cast)
    assert stored(ref).stage == "submitted"
    page = client.get("/pyfest27/cfp/").text
    assert page.count("10 Feb 2027, 10:00 CET") == 1
    assert "10 Feb 2027, 10:00 CET" in client.get(page_path(ref)).text


def test_the_limit_for_one_person_holds(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        work.db.get_one(Call, cast.call).proposals_per_person_max = 1
    sign_in(client, cast.ada)
    submit(client, cast)
    answer = client.post(NEW, data=fields(cast, title="One more", action="submit"))
    assert answer.status_code == 403
    assert "You have sent in 1 already, which is as many as one person may." in answer.text
    assert [row.stage for row in everything()] == ["submitted", "draft"]


def test_every_saved_version_of_what_was_submitted_can_be_compared(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    changed = fields(cast, title="Engines that knit", action="save", base=stored(ref).version)
    assert client.post(edit_path(ref), data=changed).status_code == 303
    page = client.get(page_path(ref, "history")).text
    assert "<del>weave</del><ins>knit</ins>" in page
    assert stored(ref).edit == 2


def test_a_submitted_proposal_must_stay_complete(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    answer = client.post(edit_path(ref), data=fields(cast, title="", action="save", base=stored(ref).version))
    assert answer.status_code == 422
    assert "Give it a title." in answer.text
    assert stored(ref).title == "Engines that weave"


def test_a_paper_comes_with_its_pdf(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    upload = (io.BytesIO(pdfs.telling_pdf()), "Ada Lovelace final.pdf")
    ref = submit(client, cast, session_type=str(cast.paper_type), paper=upload)
    page = client.get(page_path(ref)).text
    assert "Ada Lovelace final.pdf" in page
    assert "Metadata: author, title, program, dates and the like" in page
    original = client.get(page_path(ref, "paper.pdf"))
    assert 'filename="Ada Lovelace final.pdf"' in original.headers["Content-Disposition"]
    assert pdfs.CANARY.encode() in pdfs.everything_in(original.data)
    copy = client.get(page_path(ref, "reviewers-copy.pdf"))
    assert f"paper-{ref}.pdf" in copy.headers["Content-Disposition"]
    assert pdfs.CANARY.encode() not in pdfs.everything_in(copy.data)


def test_a_bad_pdf_is_refused_at_its_field_and_the_rest_is_saved(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    upload = (io.BytesIO(b"I am a text"), "paper.pdf")
    data = fields(cast, session_type=str(cast.paper_type), paper=upload, action="submit")
    answer = client.post(NEW, data=data)
    assert answer.status_code == 422
    assert "This is not a PDF, whatever its name says." in answer.text
    assert 'id="paper-error"' in answer.text
    assert [(row.stage, row.title) for row in everything()] == [("draft", "Engines that weave")]


def test_a_paper_without_a_pdf_cannot_be_submitted(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    answer = client.post(NEW, data=fields(cast, session_type=str(cast.paper_type), action="submit"))
    assert answer.status_code == 422
    assert "A paper needs its PDF." in answer.text


def test_co_authors_typed_into_the_form_are_invited_in_their_order(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    more = {
        "row": ["new2", "me", "new1"],
        "row-new1-name": "Zoe",
        "row-new1-email": "Zoe@Example.org",
        "row-new2-name": "Yan",
        "row-new2-email": "yan@example.org",
    }
    ref = begin(client, cast, **more)
    with reading(SYSTEM) as work:
        rows = work.db.execute(
            select(Authorship.email, Authorship.name, Authorship.is_owner).order_by(Authorship.position)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("yan@example.org", "Yan", False),
        ("ada@acme.example", "Ada Lovelace", True),
        ("zoe@example.org", "Zoe", False),
    ]
    assert events() == ["CoauthorInvited", "CoauthorInvited"]
    assert "invited, no answer yet" in client.get(edit_path(ref)).text


def test_a_wrong_address_of_a_co_author_loses_nothing(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    more = {"row": ["me", "new1"], "row-new1-name": "Zoe", "row-new1-email": "zoe at home"}
    answer = client.post(NEW, data=fields(cast, action="save", **more))
    assert answer.status_code == 422
    assert "“zoe at home” is no e-mail address." in answer.text
    assert 'value="zoe at home"' in answer.text


def test_the_preview_works_without_script(client: FlaskClient, cast: factories.Cast) -> None:
    answer = client.post(NEW, data=fields(cast, action="preview"))
    assert answer.status_code == 200
    assert "<strong>algebra</strong>" in answer.text
    assert client.post("/pyfest27/cfp/preview", data={"abstract": "**x**"}).text.count("<strong>x</strong>") == 1


def test_one_more_row_for_a_co_author_keeps_the_text(client: FlaskClient, cast: factories.Cast) -> None:
    more = {"row": ["me", "new1"], "row-new1-name": "Zoe", "row-new1-email": "zoe@example.org"}
    page = client.post(NEW, data=fields(cast, action="add-author", **more)).text
    assert ('value="zoe@example.org"' in page, "row-new2-email" in page) == (True, True)


def test_a_page_that_was_open_for_too_long_comes_back_with_its_text(
    app: Flask, client: FlaskClient, cast: factories.Cast
) -> None:
    sign_in(client, cast.ada)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(NEW, data=fields(cast, action="submit"))
    assert answer.status_code == 422
    assert "please press the button again" in answer.text
    assert 'value="Engines that weave"' in answer.text
    assert everything() == []


def test_a_proposal_cannot_be_begun_before_the_call_opens(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        work.db.get_one(Call, cast.call).opens_at = work.now + timedelta(days=1)
    sign_in(client, cast.ada)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, data=fields(cast, action="save")).status_code == 403
    assert everything() == []


def test_nobody_edits_or_sees_what_is_not_theirs(app: Flask, cast: factories.Cast) -> None:
    ref = begin(sign_in(app.test_client(), cast.ada), cast)
    for who in (cast.eve, cast.ben, cast.cleo):
        client = sign_in(app.test_client(), who)
        statuses = [
            client.get(path).status_code for path in (edit_path(ref), page_path(ref), page_path(ref, "history"))
        ]
        statuses.append(client.post(edit_path(ref), data=fields(cast, base="1", action="save")).status_code)
        statuses.append(client.post(page_path(ref, "autosave"), data=fields(cast, title="Mine now")).status_code)
        assert statuses == [404] * 5
    assert stored(ref).title == "Engines that weave"


def test_a_proposal_keeps_when_a_speaker_is_away(client: FlaskClient, cast: factories.Cast) -> None:
    away = {"away-from": ["2027-03-27T09:00", ""], "away-until": ["2027-03-27T12:00", ""]}
    ref = begin(sign_in(client, cast.ada), cast, **away)
    page = client.get(edit_path(ref)).text
    assert ('value="2027-03-27T09:00"' in page, 'value="2027-03-27T12:00"' in page) == (True, True)


def test_declared_conflicts_come_back_as_they_were_typed(client: FlaskClient, cast: factories.Cast) -> None:
    typed = "ben@mit.example: we worked together\nSomebody Else"
    ref = begin(sign_in(client, cast.ada), cast, conflicts=typed)
    assert typed in client.get(edit_path(ref)).text


def test_a_proposal_says_what_is_still_missing(client: FlaskClient, cast: factories.Cast) -> None:
    ref = begin(sign_in(client, cast.ada), cast, abstract="")
    page = client.get(page_path(ref)).text
    assert ("Still missing:" in page, "Describe what it is about." in page) == (True, True)
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Proposal.stage)).all() == ["draft"]
