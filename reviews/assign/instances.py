"""Benchmark instances (``.npz``) as problems; see docs/assignment.md for the format."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from plumbing.sentences import sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import UNIT, AssignmentProblem, Mask, SparseScores, shape_words

DENSE_KEYS = {"S", "mask", "scale", "shape", "cov", "ub", "lb"}
SPARSE_KEYS = {"pi", "ri", "s", "scale", "shape", "cov", "ub", "lb"}
FILE_BYTES_MAX = 2_000_000_000


def read_instance(path: Path) -> AssignmentProblem:
    """A problem from a file. Raises ``ProblemError`` that names the file or the array at fault."""
    data = _arrays(path)
    proposals, reviewers = _shape(data)
    scale = _scale(data)
    names: dict[str, Any] = {
        "proposals": tuple(f"p{number}" for number in range(proposals)),
        "reviewers": tuple(f"r{number}" for number in range(reviewers)),
    }
    counts: dict[str, Any] = {"wanted": data["cov"], "load_max": data["ub"], "load_min": data["lb"]}
    if "S" in data:
        scores = _units(data["S"], scale)
        if scores.shape != (proposals, reviewers):
            raise ProblemError("S", shape_words(scores.shape, (proposals, reviewers)))
        forbidden = _mask(data["mask"], proposals, reviewers)
        lowest = int(scores.min(initial=0))
        return AssignmentProblem(**names, **counts, scores=scores, forbidden=forbidden, lowest=lowest)
    sparse = SparseScores(
        (proposals, reviewers),
        data["pi"].astype(np.int64),
        data["ri"].astype(np.int64),
        _units(data["s"], scale),
    )
    return AssignmentProblem(**names, **counts, scores=sparse, lowest=int(sparse.score.min(initial=0)))


def _arrays(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ProblemError(str(path), sentence("There is no such file."))
    if path.stat().st_size > FILE_BYTES_MAX:
        raise ProblemError(str(path), sentence("The file is too large."))
    try:
        with np.load(path, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, AttributeError) as fault:
        raise ProblemError(str(path), sentence("This is not a readable .npz file.")) from fault
    keys = DENSE_KEYS if "S" in data else SPARSE_KEYS
    missing = sorted(keys - set(data))
    if missing:
        raise ProblemError(str(path), sentence("The array %(name)s is missing.", name=missing[0]))
    return data


def _shape(data: dict[str, Any]) -> tuple[int, int]:
    shape = np.asarray(data["shape"])
    if shape.shape != (2,) or not np.issubdtype(shape.dtype, np.integer) or (shape < 0).any():
        raise ProblemError("shape", sentence("The shape is two whole numbers."))
    return int(shape[0]), int(shape[1])


def _scale(data: dict[str, Any]) -> float:
    scale = np.asarray(data["scale"])
    if scale.size != 1 or not np.isfinite(float(scale)) or float(scale) <= 0:
        raise ProblemError("scale", sentence("The scale is one number above 0."))
    return float(scale)


def _units(values: Any, scale: float) -> Any:
    table = np.asarray(values)
    if not np.issubdtype(table.dtype, np.number) or np.issubdtype(table.dtype, np.complexfloating):
        raise ProblemError("scores", sentence("Scores are numbers."))
    if np.issubdtype(table.dtype, np.floating) and not np.isfinite(table).all():
        place = "][".join(str(int(axis[0])) for axis in np.nonzero(~np.isfinite(table)))
        raise ProblemError(f"scores[{place}]", sentence("This score is not a number."))
    if np.issubdtype(table.dtype, np.integer) and UNIT % scale == 0:
        return table.astype(np.int64) * int(UNIT // scale)
    return np.rint(table.astype(np.float64) / scale * UNIT).astype(np.int64)


def _mask(packed: Any, proposals: int, reviewers: int) -> Mask:
    bits = np.asarray(packed)
    if bits.dtype != np.uint8 or bits.ndim != 1 or len(bits) != -(-proposals * reviewers // 8):
        raise ProblemError("mask", sentence("The mask does not have one bit for each pair."))
    return np.unpackbits(bits, count=proposals * reviewers).reshape(proposals, reviewers).astype(bool)
