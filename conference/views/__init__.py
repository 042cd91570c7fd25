"""Pages of the conference floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("conference", __name__)

from conference.views import accounts, community, home, jobs, setup, team, undelivered  # noqa: E402, F401
