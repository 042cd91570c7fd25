"""Links by which co-authors answer without an account: the reference and a signature, nothing that is stored."""

import hashlib
import hmac
from datetime import datetime

from plumbing.kernel import kernel

SIGNATURE_CHARS = 32


def invitation_token(ref: str, invited_at: datetime) -> str:
    """Opens the invitation that was sent at this moment; a newer one closes it."""
    return f"{ref}-{_signature(ref, invited_at)}"


def ref_of(token: str) -> str:
    """The reference that a token claims; ``is_genuine`` says whether it may."""
    return token.partition("-")[0]


def is_genuine(token: str, ref: str, invited_at: datetime | None) -> bool:
    return invited_at is not None and hmac.compare_digest(token.encode(), invitation_token(ref, invited_at).encode())


def _signature(ref: str, invited_at: datetime) -> str:
    key = kernel().settings.secret_key.encode()
    words = f"coauthor:{ref}:{int(invited_at.timestamp() * 1_000_000)}".encode()
    return hmac.new(key, words, hashlib.sha256).hexdigest()[:SIGNATURE_CHARS]
