"""Start page, the page of a conference, and the switches that every page has."""

from flask import render_template

from conference import guards
from conference.views import blueprint


@blueprint.get("/")
@guards.public
def start() -> str:
    return render_template("conference/start.html")


@blueprint.get("/<event_slug>/")
@guards.public_event
def home() -> str:
    return render_template("conference/home.html")
