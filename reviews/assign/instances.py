"""Benchmark instances (``.npz``) as problems; see docs/assignment.md for the format."""

import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from plumbing.sentences import sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import PAIRS_MAX, SCORE_MAX, UNIT, AssignmentProblem, Ints, Mask, SparseScores, shape_words
from reviews.assign.validate import whole_numbers

DENSE_KEYS = {"S", "mask", "scale", "shape", "cov", "ub", "lb"}
SPARSE_KEYS = {"pi", "ri", "s", "scale", "shape", "cov", "ub", "lb"}
FILE_BYTES_MAX = 2_000_000_000  # unpacked
# What NumPy and the archive below it raise for a file that is no archive, a damaged or a locked one.
BROKEN = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OSError,
    EOFError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    tokenize.TokenError,
)


def read_instance(path: Path) -> AssignmentProblem:
    """A problem from a file. Raises ``ProblemError`` that names the file or the array at fault."""
    data = _arrays(path)
    proposals, reviewers = _shape(data)
    scale = _scale(data)
    counts = {
        "wanted": _listed("wanted", data["cov"], proposals),
        "load_max": _listed("load_max", data["ub"], reviewers),
        "load_min": _listed("load_min", data["lb"], reviewers),
    }
    names: dict[str, Any] = {
        "proposals": tuple(f"p{number}" for number in range(proposals)),
        "reviewers": tuple(f"r{number}" for number in range(reviewers)),
    }
    if "S" in data:
        scores = _units(data["S"], scale)
        if scores.shape != (proposals, reviewers):
            raise ProblemError("S", shape_words(scores.shape, (proposals, reviewers)))
        forbidden = _mask(data["mask"], proposals, reviewers)
        lowest = int(scores.min(initial=0))
        return AssignmentProblem(**names, **counts, scores=scores, forbidden=forbidden, lowest=lowest)
    sparse = SparseScores(
        (proposals, reviewers),
        _places("pi", data["pi"]),
        _places("ri", data["ri"]),
        _units(_list("s", data["s"]), scale),
    )
    return AssignmentProblem(**names, **counts, scores=sparse, lowest=int(sparse.score.min(initial=0)))


def _arrays(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ProblemError(str(path), sentence("There is no such file."))
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > FILE_BYTES_MAX:
            raise ProblemError(str(path), sentence("The file is too large."))
        with np.load(path, allow_pickle=False) as archive:
            data = {name: np.asarray(archive[name]) for name in archive.files}
    except BROKEN as fault:
        raise ProblemError(str(path), sentence("This is not a readable .npz file.")) from fault
    keys = DENSE_KEYS if "S" in data else SPARSE_KEYS
    missing = sorted(keys - set(data))
    if missing:
        raise ProblemError(str(path), sentence("The array %(name)s is missing.", name=missing[0]))
    return data


def _shape(data: dict[str, Any]) -> tuple[int, int]:
    shape = data["shape"]
    if shape.shape != (2,) or shape.dtype.kind not in "iu" or (shape < 0).any():
        raise ProblemError("shape", sentence("The shape is two whole numbers."))
    proposals, reviewers = int(shape[0]), int(shape[1])
    if proposals * reviewers > PAIRS_MAX:
        raise ProblemError("shape", sentence("More than %(most)s pairs are too many.", most=PAIRS_MAX))
    return proposals, reviewers


def _scale(data: dict[str, Any]) -> float:
    scale = data["scale"]
    if scale.size != 1 or scale.dtype.kind not in "iuf" or not 0 < float(scale.item()) < np.inf:
        raise ProblemError("scale", sentence("The scale is one number above 0."))
    return float(scale.item())


def _listed(place: str, numbers: Any, size: int) -> Any:
    """One number for each, so that no few bytes can ask for a table of any size."""
    if numbers.shape != (size,):
        raise ProblemError(place, shape_words(numbers.shape, (size,)))
    return numbers


def _list(place: str, values: Any) -> Any:
    if values.ndim != 1:
        raise ProblemError(place, shape_words(values.shape, (values.size,)))
    return values


def _places(place: str, values: Any) -> Ints:
    whole_numbers(place, _list(place, values))
    with np.errstate(invalid="ignore"):  # what is too large lies outside the table, which is told next
        return np.asarray(values.astype(np.int64))


def _units(table: Any, scale: float) -> Ints:
    """Millionths. Raises ``ProblemError`` naming the first score that is none, or too large to be meant."""
    if table.dtype.kind not in "iuf":
        raise ProblemError("scores", sentence("Scores are numbers."))
    ends = (float(table.min()), float(table.max())) if table.size else (0.0, 0.0)
    if not all(abs(end) <= scale * (SCORE_MAX // UNIT) for end in ends):
        raise _score_error(table, scale)
    if table.dtype.kind in "iu" and UNIT % scale == 0:
        return np.asarray(table.astype(np.int64) * int(UNIT // scale))
    return np.rint(table.astype(np.float64) / scale * UNIT).astype(np.int64)


def _score_error(table: Any, scale: float) -> ProblemError:
    most = SCORE_MAX // UNIT
    bad = ~np.isfinite(table)
    is_number = not bad.any()
    if is_number:
        bad = (table > scale * most) | (table < -scale * most)
    place = tuple(int(axis[0]) for axis in np.nonzero(bad))
    words = sentence("This score is not a number.")
    if is_number:
        score = float(table[place]) / scale
        ends = {"lowest": -most, "highest": most}
        words = sentence("The score %(score)s is not between %(lowest)s and %(highest)s.", score=score, **ends)
    return ProblemError("scores" + "".join(f"[{number}]" for number in place), words)


def _mask(packed: Any, proposals: int, reviewers: int) -> Mask:
    if packed.dtype != np.uint8 or packed.ndim != 1 or len(packed) != -(-proposals * reviewers // 8):
        raise ProblemError("mask", sentence("The mask does not have one bit for each pair."))
    return np.unpackbits(packed, count=proposals * reviewers).reshape(proposals, reviewers).astype(bool)
