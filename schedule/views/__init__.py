"""Pages of the schedule floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("schedule", __name__)

from schedule.views import acts, agenda, editor, frame, programmes, releases, slots  # noqa: E402, F401
