"""Settings: wrong ones are refused with the reason, all at once, before anything starts."""

import stat
import threading
from pathlib import Path

import pytest

from plumbing.settings import BadSettings, Settings

BAD = {
    "SECRET_KEY": ("short", "ROSTRUM_SECRET_KEY is shorter than 32 characters."),
    "DATABASE_URL": ("mysql://x", "ROSTRUM_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://."),
    "REDIS_URL": ("http://x", "ROSTRUM_REDIS_URL must start with redis://, rediss:// or unix://."),
    "BASE_URL": ("https://talks.example/", "ROSTRUM_BASE_URL must be http(s)://host, without a slash at the end."),
    "BIND": ("8000", "ROSTRUM_BIND must be host:port, or unix: and a path."),
    "WEB_PROCESSES": ("0", "ROSTRUM_WEB_PROCESSES must be at least 1."),
    "WEB_THREADS": ("many", "ROSTRUM_WEB_THREADS: 'many' is not a whole number."),
    "PROXY_HOPS": ("-1", "ROSTRUM_PROXY_HOPS must not be negative."),
    "SMTP_PORT": ("70000", "ROSTRUM_SMTP_PORT must be at most 65535."),
    "SMTP_SECURITY": ("ssl", "ROSTRUM_SMTP_SECURITY must be one of none, starttls, tls."),
    "MAIL_FROM": ("nobody", "ROSTRUM_MAIL_FROM must be a mail address, without a name."),
    "UPLOAD_BYTES_MAX": ("²", "ROSTRUM_UPLOAD_BYTES_MAX: '²' is not a whole number."),
    "LOG_LEVEL": ("loud", "ROSTRUM_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."),
    "DEMO": ("perhaps", "ROSTRUM_DEMO: 'perhaps' is neither true nor false."),
    "DATABASE": ("x", "ROSTRUM_DATABASE is not a setting."),
}

SUBTLY_BAD = {
    "DATABASE_URL": ("sqlite:///", "sqlite:///:memory:", "postgresql+psycopg://u:p@host:port/name"),
    "REDIS_URL": ("redis://host:port/0", "redis://host:99999/0", "redis://[::1/0", "redis://host/0?db=first"),
    "BASE_URL": (
        "https://talks.example:99999", "https://[::1", "https://talks .example", "https://talks.example/rostrum",
        "https://talks.example?x=1", "https://me@talks.example", "https://talks.example\n", "ftp://talks.example",
        "https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example",
    ),
    "BIND": ("127.0.0.1:99999", "127.0.0.1:0", "a b:80", "unix:"),
    "SMTP_HOST": ("mail.example:587", "smtp://mail.example", "mail example"),
    "MAIL_FROM": (
        "Team <team@talks.example>", "a@b.example,c@d.example", "a@b.example\nBcc: c@d.example", "a@b@c.example", "a@",
    ),
}  # fmt: skip
GOOD = {
    "DATABASE_URL": ("sqlite:///x.sqlite3", "postgresql+psycopg://u@/name?host=%2Frun&port=5432"),
    "REDIS_URL": ("redis://host", "rediss://:word@host:6380/1", "unix:///run/redis.sock?db=3"),
    "BASE_URL": ("http://localhost:8000", "https://talks.example", "http://[::1]:8000"),
    "BIND": ("0.0.0.0:80", "[::1]:8000", "unix:/run/rostrum.sock"),
    "SMTP_HOST": ("mail.example", "::1", "127.0.0.1"),
    "MAIL_FROM": ("team@talks.example", "rostrum@localhost", "o'neil+x@talks.example"),
}


@pytest.mark.parametrize("name, value", [(name, value) for name, values in SUBTLY_BAD.items() for value in values])
def test_a_value_that_only_looks_right_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=f"^ROSTRUM_{name} [^\n]+$"):
        Settings.from_environment({f"ROSTRUM_{name}": value})


@pytest.mark.parametrize("name, value", [(name, value) for name, values in GOOD.items() for value in values])
def test_a_value_that_is_right_is_taken(name: str, value: str) -> None:
    assert getattr(Settings.from_environment({f"ROSTRUM_{name}": value}), name.lower()) == value


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_refused_with_the_reason(name: str) -> None:
    value, reason = BAD[name]
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment({f"ROSTRUM_{name}": value, "PATH": "/bin"})
    assert str(refused.value) == reason


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {"ROSTRUM_SMTP_PORT": "0", "ROSTRUM_LOG_LEVEL": "loud", "ROSTRUM_BIND": "nowhere"}
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment(wrong)
    assert len(str(refused.value).splitlines()) == 3


def test_nothing_set_is_one_machine_with_everything_embedded(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ROSTRUM_INSTANCE_DIR": str(tmp_path)})
    assert (settings.database, settings.catches_mail, settings.cookies_secure, settings.demo) == (
        f"sqlite:///{tmp_path.resolve()}/rostrum.sqlite3",
        True,
        False,
        False,
    )


@pytest.mark.parametrize("text, value", [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_a_switch_is_read_in_the_usual_words(text: str, value: bool) -> None:
    assert Settings.from_environment({"ROSTRUM_DEMO": text}).demo is value


def test_the_secret_is_made_once_and_for_our_eyes_only(tmp_path: Path) -> None:
    settings = Settings(instance_dir=str(tmp_path / "new"))
    first = settings.with_secret().secret_key
    assert (len(first) >= 32, settings.with_secret().secret_key) == (True, first)
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_at_the_same_moment_agree_on_the_secret(tmp_path: Path) -> None:
    settings = Settings(instance_dir=str(tmp_path))
    together, found = threading.Barrier(8), []

    def start() -> None:
        together.wait()
        found.append(settings.with_secret().secret_key)

    threads = [threading.Thread(target=start) for _process in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), min(map(len, found)) >= 32) == (8, 1, True)
