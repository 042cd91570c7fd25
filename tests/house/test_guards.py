"""Doors: every endpoint says who may come in, every setting is documented, every service asks before it writes."""

from dataclasses import fields

from flask import Flask

from conference import guards
from plumbing.settings import PREFIX, Settings
from tests.house.checks import asking, services, stages
from tests.house.checks.source import ROOT


def bare_endpoints(app: Flask) -> list[str]:
    return sorted(name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "guard"))


def test_every_endpoint_declares_its_guard(app: Flask) -> None:
    assert bare_endpoints(app) == []


def test_an_endpoint_without_a_guard_is_named() -> None:
    app = Flask("planted")
    app.add_url_rule("/open", endpoint="planted.guarded", view_func=guards.public(lambda: "said who may come"))
    assert bare_endpoints(app) == []
    app.add_url_rule("/shut", endpoint="planted.bare", view_func=lambda: "said nothing")
    assert bare_endpoints(app) == ["planted.bare"]


def test_every_setting_is_documented_and_in_the_handbook() -> None:
    handbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    undocumented = [spec.name for spec in fields(Settings) if not spec.metadata.get("doc")]
    missing = [spec.name for spec in fields(Settings) if f"`{PREFIX}{spec.name.upper()}`" not in handbook]
    assert (undocumented, missing) == ([], [])


# Acts that need nobody's leave: of a stranger, or on what is the actor's own.
OWN = {
    "conference/service/accounts.py:limit": "counts attempts, also those of strangers",
    "conference/service/accounts.py:sign_up": "a stranger's act",
    "conference/service/accounts.py:send_confirmation": "a stranger's act",
    "conference/service/accounts.py:confirm_address": "the mailed link is the proof",
    "conference/service/accounts.py:sign_in": "the password is the proof",
    "conference/service/accounts.py:ask_for_reset": "a stranger's act",
    "conference/service/accounts.py:reset_password": "the mailed link is the proof",
    "conference/sessions.py:open_session": "of whom the password was right",
    "conference/sessions.py:note_seen": "of the session that the cookie opened",
    "cfp/service/authors.py:accept_invitation": "the mailed link is the proof",
    "cfp/service/authors.py:decline_invitation": "the mailed link is the proof",
    "cfp/service/unsent.py:keep_unsent": "text of the browser or person that typed it",
    "cfp/service/unsent.py:discard_unsent": "text of the browser or person that typed it",
    "cfp/service/unsent.py:choose_text": "text of the browser or person that typed it",
    "cfp/service/unsent.py:adopt_unsent_forms": "text of the browser whose secret is shown",
    "cfp/service/unsent.py:save_form": "drops one's own unsent copy; what is saved is asked about",
    "reviews/service/finding.py:refresh_conflicts": "the house derives conflicts from what is stored",
    "schedule/programmes.py:make_programme": "a job; whoever started it was asked",
}
# Steps of larger acts: whoever calls them has asked, and the check follows the call.
STEPS = {
    "conference/service/team.py:grant",
    "conference/sessions.py:revoke",
    "cfp/accepted.py:set_interest",
    "cfp/lifecycle.py:advance",
    "cfp/lifecycle.py:advance_all",
    "cfp/service/authors.py:arrange_authors",
    "cfp/service/authors.py:set_profile",
    "cfp/service/papers.py:attach_paper",
    "cfp/service/wishes.py:set_away",
    "cfp/service/wishes.py:set_conflicts",
    "reviews/service/finding.py:end_assignments",
    "reviews/service/people.py:add_member_rows",
    "schedule/service/log.py:record",
}


def test_whoever_changes_a_row_has_asked_before() -> None:
    assert asking.writes_before_asking(ROOT, OWN, STEPS) == []


def test_no_exception_outlives_its_reason() -> None:
    assert asking.never_needed(ROOT, [*OWN, *STEPS]) == []


# Called by whoever registered them, which settles the form.
REGISTERED = {"cfp/browser.py:adopt", "reviews/service/finding.py:watch_team"}


def test_acts_take_work_first_and_keywords_after() -> None:
    assert services.loose_signatures(ROOT, STEPS | REGISTERED) == []


def test_acts_return_ids_or_frozen_values() -> None:
    assert services.rows_handed_out(ROOT) == []


# Assignments by a computed name: of which columns, is said where they are called; and plans of the demonstration.
COMPUTED = {
    "cfp/lifecycle.py: setattr(proposal, machine.field, machine.step(action).target)",
    "cfp/lifecycle.py: {machine.field: target, 'changed_at': work.now, 'version': Proposal.version + 1}",
    "conference/service/accounts.py: setattr(account, name, getattr(draft, name))",
    "conference/service/setup.py: setattr(conference, name, value)",
    "conference/service/setup.py: setattr(row, name, value)",
    "cfp/imported.py: setattr(row, name, value)",
    "cfp/importing.py: setattr(row, name, values[name])",
    "cfp/service/authors.py: setattr(row, name, value)",
    "cfp/service/calls.py: setattr(call, name, value)",
    "cfp/service/saving.py: setattr(proposal, name, value)",
    "schedule/importer.py: setattr(row, name, value)",
    "schedule/service/log.py: setattr(row, name, value)",
    "demo/circle.py: plan.stage",
    "demo/evenings.py: plans[0].stage",
}


def test_nothing_but_advance_assigns_a_stage_an_outcome_or_an_answer() -> None:
    assert stages.stages_not_advanced(ROOT, COMPUTED) == []
