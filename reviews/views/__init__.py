"""Pages of the reviews floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)
