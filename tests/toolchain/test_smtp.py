import smtplib
from email.message import EmailMessage

import pytest


def _send(server, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", subject
    message["Message-ID"] = "<one@example.org>"
    message.set_content("Grüß Gott\n")
    message.add_alternative("<p>Grüß Gott</p>\n", subtype="html")
    with smtplib.SMTP(server.host, server.port, timeout=10) as client:
        client.send_message(message, from_addr="bounce@example.org", to_addrs=["b@example.org", "c@example.org"])


def test_message_arrives_with_its_envelope(smtp_server):
    _send(smtp_server, "Zürich")
    [mail] = smtp_server.messages
    assert (mail.sender, mail.recipients) == ("bounce@example.org", ("b@example.org", "c@example.org"))
    assert (mail.subject, mail.text, mail.html) == ("Zürich", "Grüß Gott\n", "<p>Grüß Gott</p>\n")
    assert mail.message["Message-ID"] == "<one@example.org>"


@pytest.mark.parametrize("code", [451, 554])
def test_refusal_is_counted_and_ends(smtp_server, code):
    smtp_server.refuse(code, times=1)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        _send(smtp_server, "first")
    assert refused.value.smtp_code == code
    _send(smtp_server, "second")
    assert (smtp_server.refusals, [mail.subject for mail in smtp_server.messages]) == (1, ["second"])


def test_refusal_is_taken_back(smtp_server):
    smtp_server.refuse(451)
    smtp_server.accept()
    _send(smtp_server, "through")
    assert [mail.subject for mail in smtp_server.messages] == ["through"]


def test_a_code_that_refuses_nothing_is_named(smtp_server):
    with pytest.raises(ValueError, match="250 refuses nothing"):
        smtp_server.refuse(250)


def test_server_that_is_down_comes_back_on_its_port(smtp_server):
    port = smtp_server.port
    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        _send(smtp_server, "lost")
    smtp_server.start()
    _send(smtp_server, "found")
    assert smtp_server.port == port
    assert [mail.subject for mail in smtp_server.messages] == ["found"]
