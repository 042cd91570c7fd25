"""Signing in and out, and a person's own account."""

from flask import render_template

from conference import guards
from conference.views import blueprint


@blueprint.get("/account/sign-in")
@guards.public
def sign_in() -> str:
    return render_template("conference/sign_in.html")


@blueprint.post("/account/sign-out")
@guards.signed_in
def sign_out() -> str:
    return ""


@blueprint.get("/account/")
@guards.signed_in
def account() -> str:
    return render_template("conference/account.html")
