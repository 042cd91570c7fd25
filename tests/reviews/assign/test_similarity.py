"""Fit from words: right order, explained by terms and works, and as good as published models."""

import csv
import gzip
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from reviews.assign import UNIT
from reviews.assign.errors import ProblemError
from reviews.assign.similarity import similarity
from tests.reviews.assign.real import assignment_file

BEES = "Bees dance to tell each other where nectar is. The dance of bees codes distance."
BREAD = "Sourdough bread needs time, flour and water. Bread rises with wild yeast."
CODE = "A compiler turns source code into machine code. Compiler errors teach."
LOSS_MAX = 0.26


def test_words_in_common_make_the_fit() -> None:
    found = similarity([[BEES, CODE], [BREAD]], ["How bees find nectar by dance", "Bread with wild yeast"])
    assert found.scores.shape == (2, 2)
    assert found.scores[0, 0] > found.scores[0, 1]
    assert found.scores[1, 1] > found.scores[1, 0]
    assert (found.scores.min() >= 0, found.scores.max() <= UNIT) == (True, True)


def test_the_same_words_fit_fully_and_silence_fits_nothing() -> None:
    found = similarity([[BEES], []], [BEES, ""])
    assert found.scores.tolist() == [[UNIT, 0], [0, 0]]


def test_shared_terms_add_up_and_name_their_works() -> None:
    found = similarity([[CODE, BEES]], ["Bees dance"])
    terms = found.shared_terms(0, 0, most=100)
    assert {shared.term for shared in terms} == {"bees", "dance", "bees dance"}
    assert {shared.works for shared in terms} == {(1,)}
    assert sum(shared.weight for shared in terms) * UNIT == pytest.approx(found.scores[0, 0], abs=1)
    weights = [shared.weight for shared in terms]
    assert weights == sorted(weights, reverse=True)


def test_the_words_of_a_fit_are_a_sentence() -> None:
    found = similarity([[BEES], [BREAD]], ["Bees dance"])
    words = str(found.sentence_for(0, 0, "p0", "r0"))
    assert words.startswith("r0 and p0 share: ")
    assert str(found.sentence_for(0, 1, "p0", "r1")) == "r1 and p0 share no words."


def test_the_gold_standard_is_met() -> None:
    """Weighted share of wrongly ordered pairs of papers, mean over the ten public profile draws."""
    folder = assignment_file("goldstandard")
    with gzip.open(folder / "gold_d20_titles_abstracts.json.gz", "rt", encoding="utf-8") as file:
        data = json.load(file)
    submissions = data["splits"][0]["submissions"]
    rated = _ratings(folder)
    losses = [_loss(data["papers"], submissions, split["profiles"], rated) for split in data["splits"]]
    assert np.mean(losses) <= LOSS_MAX


def _ratings(folder: Path) -> dict[str, list[tuple[str, float]]]:
    with (folder / "evaluations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        row["ParticipantID"]: [
            (row[f"Paper{n}"], float(row[f"Expertise{n}"])) for n in range(1, 11) if row[f"Expertise{n}"]
        ]
        for row in rows
    }


def _loss(
    papers: dict[str, list[str]],
    submissions: list[str],
    profiles: dict[str, list[str]],
    rated: dict[str, list[tuple[str, float]]],
) -> float:
    def text(paper: str) -> str:
        return " ".join(part or "" for part in papers.get(paper, []))

    found = similarity([[text(w) for w in works] for works in profiles.values()], list(map(text, submissions)))
    place = {paper: p for p, paper in enumerate(submissions)}
    wrong = total = 0.0
    for r, person in enumerate(profiles):
        known = [(paper, rating) for paper, rating in rated[person] if paper in place]
        for (one, high), (other, low) in combinations(known, 2):
            gap = (high - low) * np.sign(int(found.scores[place[one], r] - found.scores[place[other], r]))
            total += abs(high - low)
            wrong += abs(high - low) * (1.0 if gap < 0 else 0.5 if gap == 0 and high != low else 0.0)
    return wrong / total


@pytest.mark.parametrize(
    ("knows", "proposed", "told"),
    [
        ("I know the bees and the dance", "The dance of the bees, and so on", {"bees", "dance"}),
        ("Ich kenne die Bienen und den Tanz", "Der Tanz der Bienen und die Sprache", {"bienen", "tanz"}),
        ("Conosco le api e la danza", "La danza delle api, e di tutto il resto", {"api", "danza"}),
    ],
)
def test_words_that_every_text_shares_explain_nothing(knows: str, proposed: str, told: set[str]) -> None:
    terms = [shared.term for shared in similarity([[knows]], [proposed]).shared_terms(0, 0, most=100)]
    assert {term for term in terms if " " not in term} == told


def test_short_names_of_subjects_are_no_grammar() -> None:
    found = similarity([["AI in CI, IO and HA for a system"]], ["AI, CI, IO, HA: the system"])
    assert {"ai", "ci", "io", "ha", "system"} <= {shared.term for shared in found.shared_terms(0, 0, most=100)}


def test_at_most_five_terms_are_shown_the_most_telling_first() -> None:
    words = "alpha beta gamma delta epsilon zeta eta theta"
    assert len(similarity([[words]], [words]).shared_terms(0, 0)) == 5


def test_texts_of_nothing_but_grammar_fit_nothing() -> None:
    with pytest.raises(ProblemError):
        similarity([["the and of"]], ["und oder"])
