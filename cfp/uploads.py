"""A file of proposals between its upload and its import: kept as a blob, named by a signed token in the address.

No row names it, so that it is deleted after a day (``plumbing.sweep``), imported or not.
"""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from plumbing.answers import Conflict, Invalid, Missing
from plumbing.kernel import kernel
from plumbing.sentences import sentence

BYTES_MAX = 5_000_000
ROWS_MAX = 2_000
"""For one import in the browser, so that it ends while the person waits; the command takes more."""
FILE_NAME_CHARS_MAX = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """What the token says; nobody can make one without having uploaded the file here."""

    conference_id: int
    call_slug: str
    file_name: str
    blob_key: str

    def read(self) -> bytes:
        """Raises ``Conflict`` when the file is not kept any more."""
        try:
            return kernel().blobs.get(self.blob_key)
        except Missing:
            raise Conflict(sentence("An uploaded file is kept for a day. Please upload it again.")) from None


def keep_file(*, conference_id: int, call_slug: str, file_name: str, data: bytes) -> str:
    """Stores the file, outside of any transaction; returns its token. Raises ``Invalid`` for an empty or huge one."""
    if not data:
        raise Invalid("file", "empty", sentence("The file is empty."))
    if len(data) > BYTES_MAX:
        reason = sentence("At most %(most)s MB; split the file, or use the command.", most=BYTES_MAX // 1_000_000)
        raise Invalid("file", "too_large", reason)
    key = kernel().blobs.put(data)
    token: str = _signer().dumps([conference_id, call_slug, file_name[-FILE_NAME_CHARS_MAX:], key])
    return token


def upload_of(token: str, conference_id: int) -> Upload:
    """Raises ``Missing`` for a token that this house did not sign, or that is another conference's."""
    try:
        where, call_slug, file_name, key = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        raise Missing() from None
    if where != conference_id:
        raise Missing()
    return Upload(where, call_slug, file_name, key)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(kernel().settings.secret_key, salt="import-of-proposals")
