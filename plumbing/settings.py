"""All configuration: environment variables, read once into one frozen object.

The process refuses to boot when a value is wrong and says which one and why. Each field's
documentation stands in its metadata; ``docs/operations.md`` lists them and a test compares.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "ROSTRUM_"
SECRET_CHARS_MIN = 32
PORT_MAX = 65_535
MAIL_SECURITIES = ("none", "starttls", "tls")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BIND = re.compile(r".+:[0-9]{1,5}|unix:.+")


class BadSettings(Exception):
    """One or more environment variables cannot be used; the message lists them all."""


def _setting(default: Any, doc: str) -> Any:
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True)
class Settings:
    secret_key: str = _setting(
        "", "Signs cookies and links; 32 characters or more. Empty: made once and kept in the instance folder."
    )
    instance_dir: str = _setting("instance", "Folder for the SQLite file, uploaded files, secrets and sockets.")
    database_url: str = _setting(
        "", "SQLAlchemy URL, sqlite:/// or postgresql+psycopg://. Empty: SQLite in the instance folder."
    )
    redis_url: str = _setting("", "redis:// or unix:// URL. Empty: a private Redis is started by `rostrum run`.")
    base_url: str = _setting(
        "http://localhost:8000", "Public address, without a slash at the end; links in mails use it."
    )
    bind: str = _setting("127.0.0.1:8000", "Address and port that the web server listens on.")
    web_processes: int = _setting(2, "Number of web server processes.")
    web_threads: int = _setting(4, "Threads in each web server process.")
    proxy_hops: int = _setting(0, "Number of trusted proxies in front (X-Forwarded-* headers are believed that often).")
    smtp_host: str = _setting("", "Mail server. Empty: mails are caught and shown at /dev/mail.")
    smtp_port: int = _setting(25, "Port of the mail server.")
    smtp_user: str = _setting("", "Log-in name at the mail server; empty for none.")
    smtp_password: str = _setting("", "Password at the mail server.")
    smtp_security: str = _setting("starttls", "none, starttls or tls.")
    mail_from: str = _setting("rostrum@localhost", "Sender address of all mails.")
    upload_bytes_max: int = _setting(20_000_000, "Largest request body in bytes (uploads included).")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR.")
    demo: bool = _setting(
        False,
        "Makes the demo and shows its log-ins on the log-in page. Never on a public server. Not set: only for "
        "`rostrum run` with a fresh instance folder and no database of its own; 0: not even there.",
    )

    @property
    def instance_path(self) -> Path:
        return Path(self.instance_dir).resolve()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.instance_path / 'rostrum.sqlite3'}"

    @property
    def catches_mail(self) -> bool:
        return not self.smtp_host

    @property
    def host(self) -> str:
        """Host part of the public address: right side of Message-IDs and calendar UIDs."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def cookies_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Reads ``ROSTRUM_*``. Raises ``BadSettings`` with every problem found, unknown names included."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        problems = [f"{name} is not a setting." for name in environ if name.startswith(PREFIX) and name not in known]
        values: dict[str, Any] = {}
        for name, spec in known.items():
            if name in environ:
                try:
                    values[spec.name] = _parse(environ[name], type(spec.default))
                except ValueError as error:
                    problems.append(f"{name}: {error}")
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values).checked()

    def checked(self) -> "Settings":
        problems = list(_problems(self))
        if problems:
            raise BadSettings("\n".join(problems))
        return self

    def with_secret(self) -> "Settings":
        """The same settings with a secret key; made and kept in the instance folder on the first start."""
        if self.secret_key:
            return self
        path = self.instance_path / "secret_key"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_secret(path)
        return replace(self, secret_key=path.read_text().strip())


def _write_secret(path: Path) -> None:
    """All of it or nothing, and the first one counts: several processes may start at the same moment."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


def _parse(text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ValueError(f"{text!r} is neither true nor false.")
    if kind is int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValueError(f"{text!r} is not a whole number.")
        return int(text)
    return text


def _problems(settings: Settings) -> Iterator[str]:
    for is_bad, complaint in (*_bad_words(settings), *_bad_numbers(settings)):
        if is_bad:
            yield complaint


def _bad_words(settings: Settings) -> Iterator[tuple[bool, str]]:
    address = urlsplit(settings.base_url)
    is_address = address.scheme in {"http", "https"} and address.hostname and not settings.base_url.endswith("/")
    secret, database, redis = settings.secret_key, settings.database_url, settings.redis_url
    yield 0 < len(secret) < SECRET_CHARS_MIN, f"ROSTRUM_SECRET_KEY is shorter than {SECRET_CHARS_MIN} characters."
    yield (
        bool(database) and not database.startswith(("sqlite:///", "postgresql+psycopg://")),
        "ROSTRUM_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.",
    )
    yield (
        bool(redis) and not redis.startswith(("redis://", "rediss://", "unix://")),
        "ROSTRUM_REDIS_URL must start with redis://, rediss:// or unix://.",
    )
    yield not is_address, "ROSTRUM_BASE_URL must be http(s)://host, without a slash at the end."
    yield not BIND.fullmatch(settings.bind), "ROSTRUM_BIND must be host:port, or unix: and a path."
    yield (
        settings.smtp_security not in MAIL_SECURITIES,
        f"ROSTRUM_SMTP_SECURITY must be one of {', '.join(MAIL_SECURITIES)}.",
    )
    yield settings.log_level not in LOG_LEVELS, "ROSTRUM_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."
    yield "@" not in settings.mail_from, "ROSTRUM_MAIL_FROM must be a mail address."


def _bad_numbers(settings: Settings) -> Iterator[tuple[bool, str]]:
    for name in ("web_processes", "web_threads", "smtp_port", "upload_bytes_max"):
        yield getattr(settings, name) < 1, f"ROSTRUM_{name.upper()} must be at least 1."
    yield settings.smtp_port > PORT_MAX, f"ROSTRUM_SMTP_PORT must be at most {PORT_MAX}."
    yield settings.proxy_hops < 0, "ROSTRUM_PROXY_HOPS must not be negative."
