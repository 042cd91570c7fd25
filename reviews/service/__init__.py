"""What may be done on this floor, one file for each group of acts."""

from reviews.service.assigning import AssignedNow, apply_plan, assign_now, start_planning, undo_plan
from reviews.service.conflicts import declare_conflict, retract_conflict, rule_on_conflict
from reviews.service.deciding import Pick, decide, order_waitlist, write_note
from reviews.service.finding import ensure_reviewer, refresh_conflicts
from reviews.service.people import ProfileDraft, change_profile
from reviews.service.releasing import Released, ReleaseDraft, preview, release_decisions, untold
from reviews.service.reviewing import ReviewDraft, Saved, decline_assignment, save_review
from reviews.service.setup import (
    CriterionDraft,
    PhaseDraft,
    add_criterion,
    change_criterion,
    remove_criterion,
    save_phase,
)

__all__ = [
    "AssignedNow",
    "CriterionDraft",
    "PhaseDraft",
    "Pick",
    "ProfileDraft",
    "ReleaseDraft",
    "Released",
    "ReviewDraft",
    "Saved",
    "add_criterion",
    "apply_plan",
    "assign_now",
    "change_criterion",
    "change_profile",
    "decide",
    "declare_conflict",
    "decline_assignment",
    "ensure_reviewer",
    "order_waitlist",
    "preview",
    "refresh_conflicts",
    "release_decisions",
    "remove_criterion",
    "retract_conflict",
    "rule_on_conflict",
    "save_phase",
    "save_review",
    "start_planning",
    "undo_plan",
    "untold",
    "write_note",
]
