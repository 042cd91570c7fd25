"""Messages: one recipient, one name for ever, nothing smuggled in."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from plumbing import mail
from plumbing.settings import Settings
from tests.plumbing.parts import letter
from tests.servers.smtp import SmtpServer

AT = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="k" * 40, base_url="https://talks.example", mail_from="team@talks.example")


def built(**values: object) -> EmailMessage:
    made = mail.build(SETTINGS, letter("ada@example.org", "Ada Löwe", **values), outbox_id=7, at=AT)
    return message_from_bytes(made.as_bytes(), policy=policy.default)


def test_a_message_says_who_when_and_that_a_machine_wrote_it() -> None:
    message = built()
    assert {name: str(message[name]) for name in ("From", "To", "Date", "Auto-Submitted", "Content-Language")} == {
        "From": "Rostrum <team@talks.example>",
        "To": "Ada Löwe <ada@example.org>",
        "Date": "Mon, 11 Jan 2027 09:00:00 +0000",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "de",
    }
    assert str(message["Subject"]) == "Für Ada Löwe: es läutet"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_letter_makes_the_same_bytes() -> None:
    one, two = (mail.build(SETTINGS, letter("a@example.org", "A"), outbox_id=7, at=AT).as_bytes() for _time in (1, 2))
    assert one == two


def test_the_name_depends_on_row_recipient_and_kind_and_tells_none_of_them() -> None:
    names = {
        mail.message_id(SETTINGS, outbox_id, recipient, kind)
        for outbox_id in (7, 8)
        for recipient in ("ada@example.org", "ben@example.org")
        for kind in ("rang", "rung")
    }
    assert len(names) == 8
    assert all(name.endswith("@talks.example>") and "ada" not in name for name in names)


def test_line_ends_in_names_and_subjects_make_no_headers() -> None:
    message = mail.build(
        SETTINGS,
        letter("ada@example.org", "Ada\r\nBcc: eve@example.org", subject="Hello\nBcc: eve@example.org"),
        outbox_id=7,
        at=AT,
    )
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert (read["Bcc"], str(read["Subject"])) == (None, "Hello Bcc: eve@example.org")


def test_a_calendar_entry_says_what_to_do_with_it() -> None:
    message = built(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", calendar_method="CANCEL")
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_content().split()) == ("CANCEL", ["BEGIN:VCALENDAR", "END:VCALENDAR"])


def test_what_the_server_takes_arrives_as_it_was(smtp_server: SmtpServer) -> None:
    settings = replace(SETTINGS, smtp_host=smtp_server.host, smtp_port=smtp_server.port, smtp_security="none")
    message = mail.build(settings, letter("ada@example.org", "Ada"), outbox_id=7, at=AT)
    mail.send(settings, "ada@example.org", message.as_bytes())
    (received,) = smtp_server.messages
    assert (received.sender, received.recipients, received.text) == (
        "team@talks.example",
        ("ada@example.org",),
        "Läuten.\n",
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked_for(
    smtp_server: SmtpServer, security: str
) -> None:
    settings = replace(SETTINGS, smtp_host=smtp_server.host, smtp_port=smtp_server.port, smtp_security=security)
    with pytest.raises(mail.MailFailed) as failed:
        mail.send(settings, "ada@example.org", b"Subject: x\r\n\r\nx")
    assert (failed.value.permanent, smtp_server.messages) == (False, [])
