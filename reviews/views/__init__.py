"""Pages of the reviews floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)

from reviews.views import assignment, conflicts, deciding, releasing, reviewing, setup  # noqa: E402, F401
