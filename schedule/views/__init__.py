"""Pages of the schedule floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("schedule", __name__)
