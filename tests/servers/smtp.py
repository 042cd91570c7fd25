"""A real SMTP server in a thread that keeps what it is sent, and that can refuse or be down."""

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import HOST, MAIL_PORTS, free_port
from tests.servers.rundir import START_SECONDS_MAX

MESSAGE_BYTES_MAX = 40_000_000


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A message as it was sent, with the envelope that it travelled in."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


class SmtpServer:
    """``messages`` holds what was accepted, oldest first. A refused message is counted in ``refusals``."""

    host = HOST

    def __init__(self, **options: Any) -> None:
        """``options`` go to aiosmtpd's Controller: encryption, what it cannot do."""
        self.port = 0
        self._options = {"enable_SMTPUTF8": True, **options}
        self._lock = Lock()
        self._controller: Controller | None = None
        self.clear()

    @property
    def messages(self) -> list[ReceivedMail]:
        with self._lock:
            return list(self._messages)

    def clear(self) -> None:
        """Forget all messages and accept again."""
        with self._lock:
            self._messages: list[ReceivedMail] = []
            self._refuse_code = 0
            self._refuse_left = 0
            self._held_from: int | None = None
            self.refusals = 0

    def hold_from(self, count: int) -> None:
        """Let ``count`` messages in and keep every later sender waiting for its answer until ``accept``."""
        with self._lock:
            self._held_from = count

    def refuse(self, code: int, *, times: int = 1_000_000) -> None:
        """Answer the next ``times`` messages with ``code`` (4xx: try later, 5xx: never)."""
        if not 400 <= code <= 599:
            raise ValueError(f"{code} refuses nothing: take 4xx or 5xx")
        with self._lock:
            self._refuse_code, self._refuse_left = code, times

    def accept(self) -> None:
        """Take back ``refuse`` and ``hold_from``."""
        with self._lock:
            self._refuse_left = 0
            self._held_from = None

    def start(self) -> None:
        """Listen, after a ``stop`` on the same port as before."""
        if self._controller is not None:
            return
        self.port = self.port or free_port(MAIL_PORTS)
        controller = Controller(
            self,
            hostname=HOST,
            port=self.port,
            ident="test",
            server_hostname="mail.test",
            data_size_limit=MESSAGE_BYTES_MAX,
            ready_timeout=START_SECONDS_MAX,
            **self._options,
        )
        controller.start()
        self._controller = controller

    def stop(self) -> None:
        """Be down: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        while self._holds():
            await asyncio.sleep(0.02)
        with self._lock:
            if self._refuse_left > 0:
                self._refuse_left -= 1
                self.refusals += 1
                return f"{self._refuse_code} refused by the test"
            message = message_from_bytes(raw, policy=policy.default)
            recipients = tuple(str(address) for address in envelope.rcpt_tos)
            self._messages.append(ReceivedMail(envelope.mail_from or "", recipients, message, raw))
        return "250 OK"

    def _holds(self) -> bool:
        with self._lock:
            return self._held_from is not None and len(self._messages) >= self._held_from
