"""The lines that this floor adds to the navigation of a conference."""

from flask import url_for
from flask_babel import gettext as _

from conference.actor import Actor
from conference.chrome import Door, NavLine, front_door, navigation
from conference.current import ConferenceFacts

REVIEWING = (
    "reviews.all_proposals",
    "reviews.review",
    "reviews.save",
    "reviews.profile",
    "reviews.decline",
    "reviews.declare_conflict",
)
COMMITTEE = (
    "reviews.save_phase",
    "reviews.new_criterion",
    "reviews.criterion",
    "reviews.reviewers",
    "reviews.reviewer",
    "reviews.conflicts",
    "reviews.rule_on_conflict",
    "reviews.assignment",
    "reviews.start_planning",
    "reviews.planning",
    "reviews.plan",
    "reviews.panel",
    "reviews.edit_panel",
    "reviews.progress",
)
DECISIONS = (
    "reviews.judge",
    "reviews.write_note",
    "reviews.waitlist",
    "reviews.release",
    "reviews.preview_release",
    "reviews.release_words",
    "reviews.release_now",
)


@navigation
def review_lines(actor: Actor, facts: ConferenceFacts) -> list[NavLine]:
    lines: list[NavLine] = []
    if actor.is_reviewer(facts.id):
        lines.append(NavLine(_("My reviews"), "reviews.my_reviews", 30, REVIEWING))
    if actor.is_chair(facts.id):
        lines.append(NavLine(_("Reviewing"), "reviews.set_up", 60, COMMITTEE))
    elif actor.chaired_tracks(facts.id):
        lines.append(NavLine(_("Progress"), "reviews.progress", 60))
    if actor.is_chair(facts.id) or actor.chaired_tracks(facts.id):
        lines.append(NavLine(_("Decisions"), "reviews.decisions", 65, DECISIONS))
    return lines


@front_door
def review_door(actor: Actor, facts: ConferenceFacts) -> list[Door]:
    if not actor.is_reviewer(facts.id):
        return []
    text = _("Read proposals without knowing who sent them, and score them.")
    return [Door(_("My reviews"), text, url_for("reviews.my_reviews"), 20)]
