"""How well a reviewer's words fit a proposal: TF-IDF profiles, no model, every score explained by its terms.

One document per earlier work; a profile is the mean of a reviewer's works. Terms are words and pairs of
words, without those that every text shares, with sublinear counts (Salton and Buckley 1988); scores are
cosines. Compared on the public gold standard of Stelmakh and others ("A gold standard dataset for the
reviewer assignment problem", 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from plumbing.sentences import Sentence, sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import UNIT, Ints
from reviews.assign.stop_words import stop_words
from reviews.assign.words import Ref, Refs

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

TEXT_CHARS_MAX = 20_000
TERMS_SHOWN = 5
ROWS = 1_000


@dataclass(frozen=True)
class SharedTerm:
    """A term that a reviewer and a proposal share, its part of the score, and the works it comes from."""

    term: str
    weight: float
    works: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Similarity:
    """``scores`` is proposals × reviewers in millionths (0 to 1 000 000)."""

    scores: Ints
    vocabulary: tuple[str, ...]
    proposals: "csr_matrix"
    profiles: "csr_matrix"
    works: "tuple[csr_matrix, ...]"

    def shared_terms(self, p: int, r: int, most: int = TERMS_SHOWN) -> list[SharedTerm]:
        """The terms that weigh most in one score, each with the places of the works that hold it."""
        both = self.proposals[p].multiply(self.profiles[r]).tocsr()
        heaviest = sorted(zip(both.data, both.indices, strict=True), key=lambda found: (-found[0], found[1]))[:most]
        return [
            SharedTerm(self.vocabulary[term], float(weight), self._holders(r, int(term))) for weight, term in heaviest
        ]

    def sentence_for(self, p: int, r: int, proposal: str, reviewer: str) -> Sentence:
        """The shared terms in words."""
        terms = Refs(shared.term for shared in self.shared_terms(p, r))
        names = {"proposal": Ref(proposal), "reviewer": Ref(reviewer)}
        if not terms:
            return sentence("%(reviewer)s and %(proposal)s share no words.", **names)
        return sentence("%(reviewer)s and %(proposal)s share: %(terms)s.", **names, terms=terms)

    def _holders(self, r: int, term: int) -> tuple[int, ...]:
        return tuple(int(work) for work in self.works[r][:, [term]].nonzero()[0])


def similarity(reviewer_texts: Sequence[Sequence[str]], proposal_texts: Sequence[str]) -> Similarity:
    """Scores of every pair. ``reviewer_texts`` holds the earlier works of each reviewer, own words included.

    Somebody without words fits nothing (0). Raises ``ProblemError`` when no text at all has words.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    counts = [len(texts) for texts in reviewer_texts]
    corpus = [text[:TEXT_CHARS_MAX] for texts in reviewer_texts for text in texts]
    offered = [text[:TEXT_CHARS_MAX] for text in proposal_texts]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words=stop_words(), dtype=np.float64)
    try:
        matrix = vectorizer.fit_transform(corpus + offered).tocsr()
    except ValueError as empty:
        raise ProblemError("texts", sentence("No text has any words.")) from empty
    works, proposals = matrix[: len(corpus)], matrix[len(corpus) :]
    bounds = np.cumsum([0, *counts])
    mine = tuple(works[bounds[r] : bounds[r + 1]] for r in range(len(counts)))
    profiles = _normalised(_averages(counts) @ works)
    vocabulary = tuple(vectorizer.get_feature_names_out())
    return Similarity(_cosines(proposals, profiles), vocabulary, proposals, profiles, mine)


def _averages(counts: Sequence[int]) -> "csr_matrix":
    """Reviewers × works: the weight of each work in the profile."""
    from scipy.sparse import csr_matrix

    owner = np.repeat(np.arange(len(counts)), counts)
    weight = 1.0 / np.asarray(counts, dtype=np.float64)[owner] if len(owner) else np.zeros(0)
    return csr_matrix((weight, (owner, np.arange(len(owner)))), shape=(len(counts), len(owner)))


def _normalised(rows: "csr_matrix") -> "csr_matrix":
    from scipy.sparse import csr_matrix, diags

    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel()
    return csr_matrix(diags(1.0 / np.where(length > 0, length, 1.0)) @ rows)


def _cosines(proposals: "csr_matrix", profiles: "csr_matrix") -> Ints:
    scores = np.zeros((proposals.shape[0], profiles.shape[0]), dtype=np.int64)
    turned = profiles.T.tocsc()
    for first in range(0, len(scores), ROWS):
        block = (proposals[first : first + ROWS] @ turned).toarray()
        scores[first : first + ROWS] = np.rint(np.clip(block, 0.0, 1.0) * UNIT)
    return scores
