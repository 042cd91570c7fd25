"""Where a page may send a browser on."""

from urllib.parse import urlsplit


def safe_path(wanted: str | None, otherwise: str) -> str:
    """``wanted`` when it is an address on this site, else ``otherwise``: no link may lead elsewhere after a log-in."""
    parts = urlsplit(wanted or "")
    is_local = wanted and not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return str(wanted) if is_local and not parts.path.startswith(("//", "/\\")) else otherwise
