"""Messages: one recipient, one name for ever, nothing smuggled in."""

import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest

from plumbing import mail
from plumbing.settings import Settings
from tests.plumbing.parts import letter
from tests.servers.smtp import SmtpServer

AT = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="k" * 40, base_url="https://talks.example", mail_from="team@talks.example")


def at(server: SmtpServer, security: str = "none") -> Settings:
    return replace(SETTINGS, smtp_host=server.host, smtp_port=server.port, smtp_security=security)


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
    settings = at(smtp_server)
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
    with pytest.raises(mail.MailFailed) as failed:
        mail.send(at(smtp_server, security), "ada@example.org", b"Subject: x\r\n\r\nx")
    assert (failed.value.permanent, smtp_server.messages) == (False, [])


@pytest.mark.parametrize(
    "address, on_the_wire",
    [("jörg@example.org", "jörg@example.org"), ("ada@bücher.example", "ada@xn--bcher-kva.example")],
    ids=["before the @", "behind the @"],
)
def test_an_address_beyond_ascii_gets_its_mail(smtp_server: SmtpServer, address: str, on_the_wire: str) -> None:
    settings = at(smtp_server)
    mail.send(settings, address, mail.build(settings, letter(address, "Jörg"), outbox_id=7, at=AT).as_bytes())
    (received,) = smtp_server.messages
    assert (received.recipients, str(received.message["To"])) == ((on_the_wire,), f"Jörg <{on_the_wire}>")
    assert (received.subject, received.text) == ("Für Jörg: es läutet", "Läuten.\n")


def test_a_server_that_takes_only_ascii_refuses_other_addresses_for_good() -> None:
    server = SmtpServer(enable_SMTPUTF8=False)
    server.start()
    try:
        with pytest.raises(mail.MailFailed, match="letters before the @") as failed:
            mail.send(at(server), "jörg@example.org", b"Subject: x\r\n\r\nx")
    finally:
        server.stop()
    assert (failed.value.permanent, server.messages) == (True, [])


@pytest.mark.parametrize("name", ["Löwe, Ada", 'Ada "the <Lion>" Löwe', "Lovelace, Ada"])
def test_a_name_with_marks_in_it_stays_one_recipient(name: str) -> None:
    message = mail.build(SETTINGS, letter("ada@example.org", name), outbox_id=7, at=AT)
    line = message.as_bytes().partition(b"To: ")[2].partition(b"\r\n")[0].decode("ascii")
    assert [address for _name, address in getaddresses([line])] == ["ada@example.org"]
    to = message_from_bytes(message.as_bytes(), policy=policy.default)["To"]
    assert [(each.display_name, each.addr_spec) for each in to.addresses] == [(name, "ada@example.org")]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate")
    made = tmp_path / "made.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(["openssl", *words.split(), "-keyout", made, "-out", tmp_path / "only"], check=True)
    made.write_text(made.read_text() + (tmp_path / "only").read_text())
    return made


@pytest.mark.parametrize("security, option", [("tls", "ssl_context"), ("starttls", "tls_context")])
def test_only_a_server_whose_certificate_is_known_gets_the_mail(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, security: str, option: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = SmtpServer(**{option: context})
    server.start()
    try:
        with pytest.raises(mail.MailFailed, match="certificate") as failed:
            mail.send(at(server, security), "ada@example.org", b"Subject: x\r\n\r\nx")
        assert (failed.value.permanent, server.messages) == (False, [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        mail.send(at(server, security), "ada@example.org", b"Subject: x\r\n\r\nx")
    finally:
        server.stop()
    assert [received.subject for received in server.messages] == ["x"]
