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
from urllib.parse import SplitResult, urlsplit

from redis.connection import parse_url
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "ROSTRUM_"
SECRET_CHARS_MIN = 32
PORT_MAX = 65_535
MAIL_SECURITIES = ("none", "starttls", "tls")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BIND = re.compile(r"\S+:([0-9]{1,5})|unix:\S+")
PLAIN_ADDRESS = re.compile(r"[!-~]+@[A-Za-z0-9.-]+|[!-~]+@\[[0-9A-Fa-f.:]+\]")
NOT_IN_ADDRESS = frozenset('@<>(),;:"\\')
PART_OF_URL = re.compile(r"[!-~]*")


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
        """The same settings with a secret key; made and kept in the instance folder on the first start.

        Raises ``BadSettings`` when the folder cannot be used.
        """
        if self.secret_key:
            return self
        path = self.instance_path / "secret_key"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                _write_secret(path)
            secret = path.read_text().strip()
        except OSError as error:
            raise BadSettings(f"ROSTRUM_INSTANCE_DIR: {path.parent} cannot be used: {error.strerror}.") from error
        if len(secret) < SECRET_CHARS_MIN:
            raise BadSettings(f"{path} holds less than {SECRET_CHARS_MIN} characters. Delete it, or restore it.")
        return replace(self, secret_key=secret)


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
    secret, smtp_host = settings.secret_key, settings.smtp_host
    yield 0 < len(secret) < SECRET_CHARS_MIN, f"ROSTRUM_SECRET_KEY is shorter than {SECRET_CHARS_MIN} characters."
    yield from _bad_urls(settings)
    yield not _is_bind(settings.bind), "ROSTRUM_BIND must be host:port, or unix: and a path."
    yield (
        smtp_host.count(":") == 1 or not re.fullmatch(r"[^\s/]*", smtp_host),
        "ROSTRUM_SMTP_HOST must be the name of a host; its port is ROSTRUM_SMTP_PORT.",
    )
    yield (
        settings.smtp_security not in MAIL_SECURITIES,
        f"ROSTRUM_SMTP_SECURITY must be one of {', '.join(MAIL_SECURITIES)}.",
    )
    yield settings.log_level not in LOG_LEVELS, "ROSTRUM_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."
    yield not _is_mail_address(settings.mail_from), "ROSTRUM_MAIL_FROM must be a mail address, without a name."


def _bad_urls(settings: Settings) -> Iterator[tuple[bool, str]]:
    database, redis = settings.database_url, settings.redis_url
    is_redis = redis.startswith(("redis://", "rediss://", "unix://"))
    known = database.startswith(("sqlite:///", "postgresql+psycopg://"))
    yield (
        bool(database) and not known,
        "ROSTRUM_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.",
    )
    yield (
        known and not _names_a_database(database),
        "ROSTRUM_DATABASE_URL must name a database: sqlite:///path or postgresql+psycopg://user:password@host/name.",
    )
    yield bool(redis) and not is_redis, "ROSTRUM_REDIS_URL must start with redis://, rediss:// or unix://."
    yield is_redis and not _leads_to_redis(redis), "ROSTRUM_REDIS_URL has a host, a port or a part that cannot be."
    yield not _is_base(settings.base_url), "ROSTRUM_BASE_URL must be http(s)://host, without a slash at the end."


def _split(url: str) -> SplitResult | None:
    """The parts of a URL, or None when its host or its port cannot be."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or 0 < parts.port <= PORT_MAX else None
    except ValueError:
        return None


def _is_base(url: str) -> bool:
    """Scheme, host and perhaps a port: the pages stand at the root of their host."""
    parts = _split(url)
    return (
        parts is not None
        and bool(PART_OF_URL.fullmatch(url))
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and url == f"{parts.scheme}://{parts.netloc}"
        and "@" not in parts.netloc
    )


def _leads_to_redis(url: str) -> bool:
    try:
        parse_url(url)
    except ValueError:
        return False
    return _split(url) is not None


def _names_a_database(url: str) -> bool:
    """A database in memory would be another one in each process."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        return False
    return not url.startswith("sqlite") or parts.database not in (None, "", ":memory:")


def _is_bind(text: str) -> bool:
    found = BIND.fullmatch(text)
    return found is not None and int(found[1] or 1) in range(1, PORT_MAX + 1)


def _is_mail_address(text: str) -> bool:
    return bool(PLAIN_ADDRESS.fullmatch(text)) and NOT_IN_ADDRESS.isdisjoint(text.rpartition("@")[0])


def _bad_numbers(settings: Settings) -> Iterator[tuple[bool, str]]:
    for name in ("web_processes", "web_threads", "smtp_port", "upload_bytes_max"):
        yield getattr(settings, name) < 1, f"ROSTRUM_{name.upper()} must be at least 1."
    yield settings.smtp_port > PORT_MAX, f"ROSTRUM_SMTP_PORT must be at most {PORT_MAX}."
    yield settings.proxy_hops < 0, "ROSTRUM_PROXY_HOPS must not be negative."
