"""The verbs of this floor. Each takes the unit of work first and keywords after."""

from cfp.service.answers import (
    confirm_proposal,
    decline_proposal,
    extend_deadline,
    restore_proposal,
    withdraw_proposal,
)
from cfp.service.authors import (
    accept_invitation,
    add_coauthor,
    decline_invitation,
    find_invitation,
    remove_coauthor,
    resend_invitation,
)
from cfp.service.calls import CallDraft, change_call, create_call
from cfp.service.papers import StoredPaper, attach_paper, original_paper, reviewers_paper, store_paper
from cfp.service.saving import Saved, create_draft, missing_for_submit, save_changes, submit_proposal
from cfp.service.unsent import (
    Kept,
    account_owner,
    adopt_unsent_forms,
    anonymous_owner,
    calls_begun,
    choose_text,
    discard_unsent,
    find_unsent,
    keep_unsent,
    save_form,
)

__all__ = [
    "CallDraft",
    "Kept",
    "Saved",
    "StoredPaper",
    "accept_invitation",
    "account_owner",
    "add_coauthor",
    "adopt_unsent_forms",
    "anonymous_owner",
    "attach_paper",
    "calls_begun",
    "change_call",
    "choose_text",
    "confirm_proposal",
    "create_call",
    "create_draft",
    "decline_invitation",
    "decline_proposal",
    "discard_unsent",
    "extend_deadline",
    "find_invitation",
    "find_unsent",
    "keep_unsent",
    "missing_for_submit",
    "original_paper",
    "remove_coauthor",
    "resend_invitation",
    "restore_proposal",
    "reviewers_paper",
    "save_changes",
    "save_form",
    "store_paper",
    "submit_proposal",
    "withdraw_proposal",
]
