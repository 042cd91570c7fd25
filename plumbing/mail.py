"""Mail messages and the one place that speaks SMTP."""

import hashlib
import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from plumbing.outbox import Letter
from plumbing.settings import Settings

SMTP_TIMEOUT_SECONDS = 20
NAME_CHARS_MAX = 120
WORDS_CHARS_MAX = 300
"""Of what a mail server says."""


class MailFailed(Exception):
    """The mail server did not take the message. ``permanent`` when trying again is of no use (5xx); ``is_away`` when
    nobody took the call, so that it is not about this message.
    """

    def __init__(self, reason: str, *, permanent: bool, is_away: bool = False) -> None:
        super().__init__(reason)
        self.permanent, self.is_away = permanent, is_away


def message_id(settings: Settings, outbox_id: int, recipient: str, kind: str) -> str:
    """The same for every attempt at one delivery; tells nothing about the recipient."""
    key = f"{settings.secret_key}:{outbox_id}:{recipient}:{kind}".encode()
    return f"<{hashlib.sha256(key).hexdigest()[:32]}@{settings.host}>"


def build(settings: Settings, letter: Letter, *, outbox_id: int, at: datetime) -> EmailMessage:
    """One message to one recipient: text and HTML, a calendar part when the letter has one, no copies."""
    recipient = _on_the_wire(letter.recipient)
    message = EmailMessage(policy=SMTP if recipient.isascii() else SMTPUTF8)
    message["From"] = _mailbox("Rostrum", settings.mail_from)
    message["To"] = _mailbox(_one_line(letter.recipient_name)[:NAME_CHARS_MAX], recipient)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(settings, outbox_id, letter.recipient, letter.kind)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if letter.calendar is not None:
        message.add_alternative(
            letter.calendar.decode(),
            subtype="calendar",
            params={"method": letter.calendar_method, "name": "invite.ics"},
        )
    # Setting the content takes away all that begins with Content-, so this comes last.
    message["Content-Language"] = letter.locale
    message.set_boundary(f"={hashlib.sha256(message['Message-ID'].encode()).hexdigest()[:40]}=")
    return message


def send(settings: Settings, recipient: str, message: bytes) -> None:
    """Hands the message to the mail server; catches it (does nothing) when none is set. Raises ``MailFailed``."""
    if settings.catches_mail:
        return
    try:
        connection = _connect(settings)
    except OSError as error:
        raise MailFailed(_said_by(error), permanent=False, is_away=True) from error
    try:
        with connection as server:
            _hand_over(server, settings, _on_the_wire(recipient), message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise MailFailed(_said(code, said), permanent=code >= 500) from error
    except smtplib.SMTPDataError as error:
        # It has read this message and refuses it for good. A refused sender or log-in is the operator's to mend.
        raise MailFailed(_said(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise MailFailed(_said(error.smtp_code, error.smtp_error), permanent=False) from error
    except OSError as error:
        raise MailFailed(_said_by(error), permanent=False) from error


def _connect(settings: Settings) -> smtplib.SMTP:
    """Encryption without a look at the certificate would hand log-in and letters to whoever stands in between."""
    if settings.smtp_security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=SMTP_TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SMTP_TIMEOUT_SECONDS)
    if settings.smtp_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _hand_over(server: smtplib.SMTP, settings: Settings, address: str, message: bytes) -> None:
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password)
    options: tuple[str, ...] = ()
    if not address.isascii():
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("smtputf8"):
            raise MailFailed("The mail server takes no address with such letters before the @.", permanent=True)
        options = ("SMTPUTF8", "BODY=8BITMIME")
    server.sendmail(settings.mail_from, [address], message, mail_options=options)


def _on_the_wire(address: str) -> str:
    """The address with its domain in ASCII; letters beyond ASCII before the @ stay (RFC 6531)."""
    if address.isascii():
        return address
    try:
        parts = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return address
    return f"{parts.local_part}@{parts.ascii_domain}"


def _mailbox(name: str, address: str) -> Address:
    if address.isascii():
        return Address(name, addr_spec=address)
    user, _at, domain = address.rpartition("@")
    return Address(name, username=user, domain=domain)


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"[:WORDS_CHARS_MAX]


def _said_by(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return (error.strerror or f"{type(error).__name__}: {error}")[:WORDS_CHARS_MAX]


def _one_line(text: str) -> str:
    return " ".join(text.split())
