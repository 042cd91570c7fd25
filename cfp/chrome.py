"""The lines of this floor in the navigation of a conference."""

from flask_babel import gettext as _

from conference.actor import Actor
from conference.chrome import NavLine, navigation
from conference.current import ConferenceFacts

WRITING = (
    "cfp.new", "cfp.create", "cfp.edit", "cfp.save", "cfp.proposal", "cfp.history", "cfp.compare", "cfp.withdraw",
    "cfp.decline", "cfp.change_authors",
)  # fmt: skip


@navigation
def lines(actor: Actor, conference: ConferenceFacts) -> list[NavLine]:
    within = ("cfp.call",) if actor.is_signed_in else ("cfp.call", *WRITING)
    found = [NavLine(_("Call"), "cfp.calls", 10, within)]
    if actor.is_signed_in:
        found.append(NavLine(_("My proposals"), "cfp.mine", 20, WRITING))
    if actor.is_chair(conference.id) or actor.chaired_tracks(conference.id):
        found.append(NavLine(_("Proposals"), "cfp.proposals", 40, ("cfp.chair_proposal", "cfp.chair_history")))
    return found
