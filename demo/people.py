"""People who do not exist, at companies that do not exist, under addresses that nobody can receive mail at."""

import random
from dataclasses import dataclass

from conference.service.setup import slug_of
from demo.log_ins import MAIL_DOMAIN
from demo.texts import lines

SHARES = (("user", 62), ("partner", 20), ("vendor", 9), ("sponsor", 6), ("organiser", 3))
LANGUAGES = (("de", 45), ("en", 35), ("it", 20))
ITALIAN = ("carminati", "valdoro", "tresoldi", "comune-pratoverde", "orsola-sanita", "passolibero")
BRITISH = ("northmoor", "brackenhill", "tidewell", "osmington", "university-elmsford", "hearwell", "pennard")
PUBLIC = (
    "hallerau", "hellertal", "comune-pratoverde", "university-elmsford", "stadt-weidenau", "hochschule-seetal",
    "orsola-sanita", "wohnbau-rheinau",
)  # fmt: skip
ZONES = {"de": "Europe/Berlin", "it": "Europe/Rome", "en": "Europe/London"}


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    company: str
    """First label of the company's domain."""
    affiliation: str
    kind: str
    locale: str
    biography: str
    zone: str


class Crowd:
    """Draws people, each name once."""

    def __init__(self, lot: random.Random) -> None:
        self._lot = lot
        self._names = lines("people")
        self._taken: set[str] = set()

    def draw(self, kind: str | None = None, *, public: bool = False) -> Person:
        """Somebody new of this kind (any kind when None), from a public body if asked for."""
        kind = kind or _weighted(self._lot, SHARES)
        companies = self._names[f"company/{kind}"]
        if public and kind == "user":
            companies = [line for line in companies if line.split(" ", 1)[0] in PUBLIC]
        domain, affiliation = self._lot.choice(companies).split(" ", 1)
        return self.named(self._name(_language_of(domain, self._lot)), domain, affiliation, kind)

    def colleague(self, person: Person) -> Person:
        """Somebody else of the same company."""
        return self.named(self._name(person.locale), person.company, person.affiliation, person.kind)

    def named(self, name: str, domain: str, affiliation: str, kind: str, *, email: str = "") -> Person:
        """A person with this very name, such as one of the log-ins."""
        self._taken.add(name)
        first, _space, last = name.partition(" ")
        locale = _language_of(domain, self._lot)
        biography = (
            self._lot.choice(self._names["bio/en"])
            .format(
                first=first,
                job=self._lot.choice(self._names[f"job/{kind}"]),
                company=affiliation,
                year=self._lot.randint(2004, 2023),
            )
            .replace("..", ".")
        )
        address = email or f"{slug_of(first)}.{slug_of(last)}@{domain}.{MAIL_DOMAIN}"
        return Person(name, address, domain, affiliation, kind, locale, biography, ZONES[locale])

    def _name(self, language: str) -> str:
        for _attempt in range(1000):
            name = " ".join(self._lot.choice(self._names[f"{part}/{language}"]) for part in ("first", "last"))
            if name not in self._taken:
                return name
        raise RuntimeError("The lists of names are too short for this demo.")


def _language_of(domain: str, lot: random.Random) -> str:
    if domain in ITALIAN:
        return "it"
    if domain in BRITISH:
        return "en"
    return _weighted(lot, LANGUAGES) if domain in ("quandrell", "circle", "tandem-works", "brightledger") else "de"


def _weighted(lot: random.Random, shares: tuple[tuple[str, int], ...]) -> str:
    return lot.choices([name for name, _share in shares], [share for _name, share in shares])[0]
