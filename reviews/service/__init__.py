"""What may be done on this floor, one file for each group of acts."""

from reviews.service.conflicts import declare_conflict, refresh_conflicts, retract_conflict
from reviews.service.people import ProfileDraft, change_profile, ensure_reviewer
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
    "CriterionDraft",
    "PhaseDraft",
    "ProfileDraft",
    "ReviewDraft",
    "Saved",
    "add_criterion",
    "change_criterion",
    "change_profile",
    "declare_conflict",
    "decline_assignment",
    "ensure_reviewer",
    "refresh_conflicts",
    "remove_criterion",
    "retract_conflict",
    "save_phase",
    "save_review",
]
