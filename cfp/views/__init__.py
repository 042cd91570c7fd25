"""Pages of the cfp floor, one file for each group of pages."""

from flask import Blueprint

blueprint = Blueprint("cfp", __name__)
