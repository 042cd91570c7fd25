"""Pages of the cfp floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("cfp", __name__)

from cfp.views import calls, chair, importing, invitation, keeping, mine, proposal, setup, write  # noqa: E402, F401
