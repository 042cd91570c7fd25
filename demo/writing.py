"""Titles and abstracts: a topic gives the facts, frames in the speaker's language put them into a text."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass

from demo.texts import lines

FILES = ("en-business", "en-technical", "de", "it")
NUMBERS = ("three", "four", "five", "six", "seven", "nine", "eleven", "fourteen", "twenty")
MONTHS = ("six", "eight", "nine", "eleven", "fourteen", "eighteen")
STAFF = ("240", "600", "900", "1,400", "2,300", "4,200", "6,800", "11,000")
NOTES_SHARE = 0.45
LESSON_SHARE = 0.85
# Which problem, deeds and result of a topic are told together; each next talk on the topic takes the next story.
STORIES = ((0, (0,), 0), (1, (1,), 1), (0, (0, 1), 1), (1, (1, 0), 0))


@dataclass(frozen=True, slots=True)
class Topic:
    area: str
    language: str
    titles: tuple[str, ...]
    problems: tuple[str, ...]
    deeds: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What a proposal says."""

    title: str
    abstract: str
    notes: str
    language: str
    area: str


class Writer:
    """Writes proposals; no title comes twice."""

    def __init__(self, lot: random.Random) -> None:
        self._lot = lot
        self._frames = lines("frames")
        self._orgs = lines("people")
        self._decks = _decks(lot)
        self._told: Counter[Topic] = Counter()

    def write(self, areas: tuple[str, ...], languages: tuple[str, ...], kind: str, *, is_paper: bool = False) -> Words:
        """A proposal on one of ``areas`` by somebody of this presenter kind. Papers are always in English.

        ``languages`` are those that will do, the preferred one first.
        """
        topic, title = self._draw(areas, ("en",) if is_paper else languages)
        filled = self._fillings(topic.area)
        parts = self._paper(topic) if is_paper else self._talk(topic, kind)
        notes = self._lot.choice(self._frames["en/notes"]) if self._lot.random() < NOTES_SHARE else ""
        abstract = "\n\n".join(part.format(**filled) for part in parts)
        return Words(title.format(**filled), abstract, notes, topic.language, topic.area)

    def _draw(self, areas: tuple[str, ...], languages: tuple[str, ...]) -> tuple[Topic, str]:
        """From the fullest deck, so that all areas last equally long; another language when one has run out."""
        for wanted in languages:
            deck = max((self._decks[area, wanted] for area in areas), key=len)
            if deck:
                return deck.pop()
        raise RuntimeError(f"No titles are left for {areas}.")

    def _talk(self, topic: Topic, kind: str) -> list[str]:
        lot, language = self._lot, topic.language
        opening = lot.choice(self._frames[f"{language}/open-{kind}"])
        problem, deeds, result = STORIES[self._told[topic] % len(STORIES)]
        self._told[topic] += 1
        story = [topic.problems[problem], *(topic.deeds[deed] for deed in deeds)]
        ending = [topic.results[result]]
        if lot.random() < LESSON_SHARE:
            ending.append(lot.choice(self._frames[f"{language}/lesson"]))
        first = " ".join([opening, *story]) if lot.random() < 0.5 else f"{' '.join(story)}\n\n{opening}"
        return [first, " ".join(ending), lot.choice(self._frames[f"{language}/takehome"])]

    def _paper(self, topic: Topic) -> list[str]:
        lot, frames = self._lot, self._frames
        return [
            f"{lot.choice(topic.problems)} {lot.choice(frames['en/paper-why'])}",
            f"{lot.choice(frames['en/paper-method'])} {lot.choice(topic.deeds)}",
            f"{lot.choice(frames['en/paper-result'])} {lot.choice(frames['en/paper-limit'])}",
        ]

    def _fillings(self, area: str) -> dict[str, str]:
        lot = self._lot
        org, german, dative, italian = lot.choice(self._orgs["org/public" if area == "public" else "org/any"]).split(
            " | "
        )
        return {
            "org": org,
            "org_de": german,
            "org_de_dat": dative,
            "org_it": italian,
            "count": lot.choice(NUMBERS),
            "months": lot.choice(MONTHS),
            "staff": lot.choice(STAFF),
            "year": str(lot.randint(2006, 2022)),
        }


def topics() -> list[Topic]:
    found = []
    for name in FILES:
        language = name.split("-")[0]
        for heading, texts in lines(name).items():
            parts: dict[str, list[str]] = defaultdict(list)
            for text in texts:
                parts[text[0]].append(text[2:])
            found.append(Topic(heading.split("/")[0], language, *(tuple(parts[letter]) for letter in "TPDR")))
    return found


def _decks(lot: random.Random) -> dict[tuple[str, str], list[tuple[Topic, str]]]:
    decks: dict[tuple[str, str], list[tuple[Topic, str]]] = defaultdict(list)
    for topic in topics():
        decks[topic.area, topic.language] += [(topic, title) for title in topic.titles]
    for deck in decks.values():
        lot.shuffle(deck)
    return decks
