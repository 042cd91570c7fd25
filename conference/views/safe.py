"""Where a page may send a browser on."""

from urllib.parse import urlsplit


def safe_path(wanted: str | None, otherwise: str) -> str:
    """``wanted`` when it is an address on this site, else ``otherwise``: no link may lead elsewhere after a log-in."""
    try:
        parts = urlsplit(wanted or "")
    except ValueError:
        return otherwise
    is_local = wanted and wanted.isprintable() and not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return str(wanted) if is_local and not parts.path.startswith(("//", "/\\")) else otherwise
