"""Signing up, confirming, signing in, resetting, and a person's own account.

No answer here tells a stranger whether an address has an account: signing up, resetting and a wrong
password look the same for both, and take the same time.
"""

from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, delete, func, select, update

from conference import events, policy, sessions
from conference.models import LOCALES, Account, AccountLink, Attempt
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, Refused, no, require
from plumbing.refs import new_ref, new_token
from plumbing.sentences import counted, sentence

PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX = 10, 200
NAME_CHARS_MAX = 120
CONFIRM_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=2)
WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS_MAX, TRIES_PER_NETWORK_MAX = 8, 60
LINKS_PER_ADDRESS_MAX = 4

hasher = PasswordHasher()
# A hash that no password opens; checked when there is no account, so that both cases cost the same.
_NOBODYS_HASH = hasher.hash(new_token())


@dataclass(frozen=True, slots=True)
class SignUp:
    name: str
    email: str
    password: str
    locale: str
    zone: str


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    affiliation: str
    biography: str
    locale: str
    zone: str
    version: int


def clean_address(text: str) -> str:
    """The address in lower case. Raises ``Invalid`` when it is none."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid("email", "not_an_address", sentence("This is not a mail address.")) from error


def _typed_address(text: str) -> str:
    """As ``clean_address``, but what is no address is left as it is: no account has it."""
    try:
        return clean_address(text)
    except Invalid:
        return text.strip().lower()


def sign_up(work: Work, *, draft: SignUp) -> int | None:
    """Makes an account and mails a link to confirm the address; None when the address has an account already.

    Then its owner gets a mail that says so. The page shows the same for both.
    """
    email = clean_address(draft.email)
    _check_password(draft.password)
    limit(work, key=f"sign-up:{email}", most=LINKS_PER_ADDRESS_MAX)
    known = work.db.scalar(select(Account.id).where(Account.email == email))
    password_hash = hasher.hash(draft.password)
    if known is not None:
        work.emit(events.AddressUsedAgain(known), conference_id=None)
        return None
    account = Account(
        ref=new_ref(),
        email=email,
        name=draft.name[:NAME_CHARS_MAX],
        password_hash=password_hash,
        locale=draft.locale if draft.locale in LOCALES else "en",
        zone=draft.zone,
        created_at=work.now,
    )
    work.db.add(account)
    work.db.flush()
    work.audit("account.sign_up", conference_id=None, subject=("account", account.id))
    send_confirmation(work, account_id=account.id)
    return account.id


def send_confirmation(work: Work, *, account_id: int) -> None:
    """Mails a (new) link to confirm the address."""
    account = work.db.get_one(Account, account_id)
    if account.email_confirmed_at is not None:
        return
    link = _make_link(work, account_id=account_id, purpose="confirm", lasts=CONFIRM_LASTS)
    work.emit(events.AddressToConfirm(link.id), conference_id=None)


def confirm_address(work: Work, *, token: str) -> int:
    """Uses the link; returns the account. Raises ``Refused`` when it is used, old or unknown."""
    link = _use_link(work, token=token, purpose="confirm")
    account = work.db.get_one(Account, link.account_id)
    if account.email_confirmed_at is None:
        account.email_confirmed_at = work.now
        work.audit("account.confirm", conference_id=None, subject=("account", account.id))
    return account.id


def link_is_open(work: Work, *, token: str, purpose: str) -> bool:
    """Whether the mailed link can still be used; looking uses nothing."""
    return work.db.scalar(select(AccountLink.id).where(*_open_link(work, token, purpose))) is not None


def sign_in(work: Work, *, email: str, password: str, network: str, user_agent: str) -> str | None:
    """The secret for the cookie; None when address and password do not belong together.

    The attempt counts either way, so the caller must let this transaction commit. Raises ``Refused`` after too many.
    """
    email = _typed_address(email)
    limit(work, key=f"sign-in:{email}", most=TRIES_PER_ADDRESS_MAX)
    limit(work, key=f"sign-in-from:{network}", most=TRIES_PER_NETWORK_MAX)
    account = work.db.scalar(select(Account).where(Account.email == email))
    if not _fits(account.password_hash if account else _NOBODYS_HASH, password) or account is None:
        return None
    if hasher.check_needs_rehash(account.password_hash):
        account.password_hash = hasher.hash(password)
    work.db.execute(delete(Attempt).where(Attempt.key == f"sign-in:{email}"))
    work.audit("account.sign_in", conference_id=None, subject=("account", account.id))
    return sessions.open_session(work, account_id=account.id, user_agent=user_agent)


def ask_for_reset(work: Work, *, email: str, network: str) -> None:
    """Mails a link to set a new password when there is such an account; looks the same when there is none."""
    email = _typed_address(email)
    limit(work, key=f"reset:{email}", most=LINKS_PER_ADDRESS_MAX)
    limit(work, key=f"reset-from:{network}", most=TRIES_PER_NETWORK_MAX)
    account_id = work.db.scalar(select(Account.id).where(Account.email == email))
    if account_id is not None:
        link = _make_link(work, account_id=account_id, purpose="reset", lasts=RESET_LASTS)
        work.emit(events.PasswordToReset(link.id), conference_id=None)


def reset_password(work: Work, *, token: str, password: str) -> int:
    """Sets the password by a mailed link, which also proves the address. Ends all sessions of the account."""
    _check_password(password)
    link = _use_link(work, token=token, purpose="reset")
    account = work.db.get_one(Account, link.account_id)
    account.password_hash = hasher.hash(password)
    account.email_confirmed_at = account.email_confirmed_at or work.now
    sessions.revoke(work, account_id=account.id)
    work.db.execute(delete(Attempt).where(Attempt.key == f"sign-in:{account.email}"))
    work.audit("account.reset_password", conference_id=None, subject=("account", account.id))
    work.emit(events.PasswordChanged(account.id), conference_id=None)
    return account.id


def change_password(work: Work, *, old: str, new: str, session_id: int) -> None:
    """Changes the signed-in person's password and ends all other sessions."""
    account = _own(work)
    _check_password(new)
    if not _fits(account.password_hash, old):
        raise Invalid("old", "wrong", sentence("This is not your present password."))
    account.password_hash = hasher.hash(new)
    sessions.revoke(work, account_id=account.id, keep=session_id)
    work.audit("account.change_password", conference_id=None, subject=("account", account.id))
    work.emit(events.PasswordChanged(account.id), conference_id=None)


def change_profile(work: Work, *, draft: Profile) -> None:
    """Changes name, affiliation, biography, language and zone. Raises ``Conflict`` when another window was faster."""
    account = _own(work)
    if account.version != draft.version:
        raise Conflict(stored=account)
    fields = ("name", "affiliation", "biography", "locale", "zone")
    before = {name: getattr(account, name) for name in fields}
    for name in fields:
        setattr(account, name, getattr(draft, name))
    after = {name: getattr(account, name) for name in fields}
    if before != after:
        work.audit("account.profile", conference_id=None, subject=("account", account.id), before=before, after=after)


def end_session(work: Work, *, session_id: int) -> None:
    """Signs another (or this) browser of the same person out."""
    account = _own(work)
    if not sessions.revoke(work, account_id=account.id, session_id=session_id):
        raise Missing()
    work.audit("account.end_session", conference_id=None, subject=("account", account.id))


def limit(work: Work, *, key: str, most: int) -> None:
    """Notes an attempt; raises ``Refused`` when there were more than ``most`` within ``WINDOW``."""
    since = work.now - WINDOW
    count = work.db.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > since))
    if (count or 0) >= most:
        minutes = int(WINDOW.total_seconds() // 60)
        raise Refused(no(TOO_MANY, minutes=minutes))
    work.db.add(Attempt(key=key[:300], at=work.now))


TOO_MANY = "That was tried too often. Please wait %(minutes)s minutes and try again."


def _own(work: Work) -> Account:
    require(policy.can_manage_own_account(work.actor))
    return work.db.get_one(Account, work.actor.account_id)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password[:PASSWORD_CHARS_MAX])
    except (VerifyMismatchError, InvalidHashError):
        return False


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_CHARS_MIN:
        said = counted(
            "A password needs at least %(num)s character.",
            "A password needs at least %(num)s characters.",
            PASSWORD_CHARS_MIN,
        )
        raise Invalid("password", "too_short", said)
    if len(password) > PASSWORD_CHARS_MAX:
        raise Invalid(
            "password", "too_long", sentence("A password has at most %(most)s characters.", most=PASSWORD_CHARS_MAX)
        )


def _make_link(work: Work, *, account_id: int, purpose: str, lasts: timedelta) -> AccountLink:
    token = new_token()
    link = AccountLink(
        account_id=account_id,
        purpose=purpose,
        token=token,
        token_hash=sessions.hashed(token),
        created_at=work.now,
        expires_at=work.now + lasts,
    )
    work.db.add(link)
    work.db.flush()
    return link


def _use_link(work: Work, *, token: str, purpose: str) -> AccountLink:
    """Compare and set: of two clicks at the same moment one wins."""
    query = update(AccountLink).where(*_open_link(work, token, purpose)).values(used_at=work.now, token=None)
    if not work.db.execute(query).rowcount:  # type: ignore[attr-defined]
        raise Refused(no("This link was used already or is too old. Please ask for a new one."))
    return work.db.scalars(select(AccountLink).where(AccountLink.token_hash == sessions.hashed(token))).one()


def _open_link(work: Work, token: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AccountLink.token_hash == sessions.hashed(token),
        AccountLink.purpose == purpose,
        AccountLink.used_at.is_(None),
        AccountLink.expires_at > work.now,
    )
