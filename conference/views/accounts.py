"""Signing up, in and out, confirming, resetting, and a person's own account."""

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from conference import guards, queries, sessions
from conference.actor import NOBODY
from conference.current import current_actor
from conference.forms import (
    AddressForm,
    ChangePasswordForm,
    NewPasswordForm,
    ProfileForm,
    SignInForm,
    SignUpForm,
)
from conference.locale import page_locale
from conference.service import accounts
from conference.views import blueprint
from conference.views.safe import safe_path
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Refused
from plumbing.forms import Form
from plumbing.kernel import kernel

Page = str | Response | tuple[str, int]


@blueprint.get("/account/sign-in")
@guards.public
def sign_in() -> Page:
    if current_actor().is_signed_in:
        return redirect(safe_path(request.args.get("next"), url_for("conference.start")))
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("conference/sign_in.html", form=form, log_ins=kernel().log_ins)


@blueprint.post("/account/sign-in")
@guards.public
def sign_in_post() -> Page:
    form, status = SignInForm(), 422
    if form.validate_on_submit():
        try:
            token = _opened(form)
        except Refused as error:
            status = _too_often(form, error)
        else:
            if token is not None:
                return _signed_in(token, form.next.data)
            form.form_errors.append(_("Address and password do not belong together."))
    return render_template("conference/sign_in.html", form=form, log_ins=kernel().log_ins), status


def _opened(form: SignInForm) -> str | None:
    with writing(NOBODY) as work:
        return accounts.sign_in(
            work,
            email=form.email.data,
            password=form.password.data,
            network=request.remote_addr or "",
            user_agent=request.user_agent.string,
        )


@blueprint.post("/account/sign-out")
@guards.public
def sign_out() -> Response:
    if current_actor().is_signed_in:
        with writing(current_actor()) as work:
            accounts.end_session(work, session_id=current_user.session_id)
    sessions.forget()
    flash(_("You are signed out."), "info")
    return redirect(url_for("conference.start"), 303)


@blueprint.get("/account/sign-up")
@guards.public
def sign_up() -> Page:
    return render_template("conference/sign_up.html", form=SignUpForm(next=request.args.get("next", "")))


@blueprint.post("/account/sign-up")
@guards.public
def sign_up_post() -> Page:
    form, status = SignUpForm(), 422
    if form.validate_on_submit():
        try:
            with writing(NOBODY) as work:
                accounts.sign_up(work, draft=form.to_draft(page_locale()))
        except Invalid as error:
            form.blame(error)
        except Refused as error:
            status = _too_often(form, error)
        else:
            return _look_into_mail(form.next.data)
    return render_template("conference/sign_up.html", form=form), status


@blueprint.get("/account/mail-sent")
@guards.public
def look_into_mail() -> str:
    return render_template("conference/mail_sent.html", next=request.args.get("next", ""))


@blueprint.get("/account/confirm/<token>")
@guards.public
def confirm(token: str) -> str:
    return render_template("conference/confirm.html", token=token, is_open=_is_open(token, "confirm"))


@blueprint.post("/account/confirm/<token>")
@guards.public
def confirm_post(token: str) -> Page:
    if not _is_open(token, "confirm"):
        return confirm(token), 403
    with writing(NOBODY) as work:
        account_id = accounts.confirm_address(work, token=token)
        secret = sessions.open_session(work, account_id=account_id, user_agent=request.user_agent.string)
    flash(_("Your address is confirmed. Welcome!"), "success")
    return _signed_in(secret, cookie.get(WANTED))


@blueprint.post("/account/confirm-again")
@guards.signed_in
def confirm_again() -> Response:
    with writing(current_actor()) as work:
        accounts.limit(work, key=f"confirm:{work.actor.account_id}", most=accounts.LINKS_PER_ADDRESS_MAX)
        accounts.send_confirmation(work, account_id=work.actor.account_id or 0)
    return redirect(url_for("conference.look_into_mail"), 303)


@blueprint.get("/account/reset")
@guards.public
def reset() -> str:
    return render_template("conference/reset.html", form=AddressForm(next=request.args.get("next", "")))


@blueprint.post("/account/reset")
@guards.public
def reset_post() -> Page:
    form, status = AddressForm(), 422
    if form.validate_on_submit():
        try:
            with writing(NOBODY) as work:
                accounts.ask_for_reset(work, email=form.email.data, network=request.remote_addr or "")
        except Refused as error:
            status = _too_often(form, error)
        else:
            return _look_into_mail(form.next.data)
    return render_template("conference/reset.html", form=form), status


@blueprint.get("/account/reset/<token>")
@guards.public
def new_password(token: str) -> str:
    return _password_page(NewPasswordForm(), token)


@blueprint.post("/account/reset/<token>")
@guards.public
def new_password_post(token: str) -> Page:
    form = NewPasswordForm()
    if not _is_open(token, "reset"):
        return _password_page(form, token), 403
    if form.validate_on_submit():
        try:
            with writing(NOBODY) as work:
                accounts.reset_password(work, token=token, password=form.password.data)
        except Invalid as error:
            form.blame(error)
        else:
            flash(_("Your new password is set. Please sign in with it."), "success")
            return redirect(url_for("conference.sign_in", next=cookie.get(WANTED)), 303)
    return _password_page(form, token), 422


def _password_page(form: NewPasswordForm, token: str) -> str:
    is_open = _is_open(token, "reset")
    return render_template("conference/new_password.html", form=form, token=token, is_open=is_open)


@blueprint.get("/account/")
@guards.signed_in
def account() -> str:
    with reading(current_actor()) as work:
        view = queries.own_account(work)
        browsers = queries.own_sessions(work, this=current_user.session_id)
    form = ProfileForm(data={name: getattr(view, name) for name in PROFILE_FIELDS})
    return render_template(
        "conference/account.html", account=view, browsers=browsers, form=form, password_form=ChangePasswordForm()
    )


@blueprint.post("/account/")
@guards.signed_in
def account_post() -> Page:
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                accounts.change_profile(work, draft=form.to_draft())
        except Conflict:
            form.form_errors.append(
                _("Your account was changed in another window. Your text stands below; save again to keep it.")
            )
            return _account_again(form, ChangePasswordForm(), 409)
        flash(_("Your account is saved."), "success")
        return redirect(url_for("conference.account"), 303)
    return _account_again(form, ChangePasswordForm(), 422)


@blueprint.post("/account/password")
@guards.signed_in
def password_post() -> Page:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                accounts.change_password(
                    work, old=form.old.data, new=form.password.data, session_id=current_user.session_id
                )
        except Invalid as error:
            form.blame(error)
        else:
            flash(_("Your password is changed; other browsers are signed out."), "success")
            return redirect(url_for("conference.account"), 303)
    return _account_again(None, form, 422)


@blueprint.post("/account/sessions/<int:session_id>/end")
@guards.signed_in
def end_session(session_id: int) -> Response:
    with writing(current_actor()) as work:
        accounts.end_session(work, session_id=session_id)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("conference.account"), 303)


def _is_open(token: str, purpose: str) -> bool:
    with reading(NOBODY) as work:
        return accounts.link_is_open(work, token=token, purpose=purpose)


def _too_often(form: Form, error: Refused) -> int:
    """The form as it was, with what to wait for; returns the status."""
    form.form_errors.append(str(error.answer.reason))
    return 403


def _look_into_mail(wanted: str | None) -> Response:
    """This browser remembers where it was, for when the link from the mail is opened in it."""
    cookie[WANTED] = wanted or ""
    return redirect(url_for("conference.look_into_mail", next=wanted or None), 303)


WANTED = "wanted"
PROFILE_FIELDS = ("name", "affiliation", "biography", "locale", "zone", "version")


def _account_again(form: ProfileForm | None, password_form: ChangePasswordForm, status: int) -> tuple[str, int]:
    with reading(current_actor()) as work:
        view = queries.own_account(work)
        browsers = queries.own_sessions(work, this=current_user.session_id)
    if form is None:
        form = ProfileForm(formdata=None, data={name: getattr(view, name) for name in PROFILE_FIELDS})
    else:
        form.version.data = str(view.version)
    page = render_template(
        "conference/account.html", account=view, browsers=browsers, form=form, password_form=password_form
    )
    return page, status


def _signed_in(token: str, wanted: str | None) -> Response:
    """Puts the secret into the cookie and hands over what was begun in this browser without an account."""
    with reading(NOBODY) as work:
        found = sessions.find_session(work, token)
    if found is not None:
        with writing(found[0].actor) as work:
            sessions.adopt_all(work, {**request.cookies, **{key: str(value) for key, value in cookie.items()}})
    sessions.remember(token)
    return redirect(safe_path(wanted, url_for("conference.start")), 303)
