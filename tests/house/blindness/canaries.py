"""What must not be seen: one unmistakable word for each value, and the table of who may see it.

A canary is named ``<kind>.<whose>``. Its word survives lower case, folding, hyphens and line breaks, since texts are
searched after everything but letters and digits was taken out.
"""

import re
from dataclasses import dataclass

VISITOR = "visitor"
ROLES = (
    VISITOR,
    "eve",  # an account without any role
    "ada",  # author of main, paper, draft and gone
    "cory",  # co-author of main who said yes
    "bea",  # author of open (public) and late (decided, not told)
    "rob",  # author of lost, wait, shy and next
    "ben",  # reviewer of main (sent), paper (draft), open (sent); gave late back
    "quin",  # reviewer of main, paper, late and uma (all sent)
    "pia",  # reviewer of open and lost
    "dan",  # reviewer in conflict with main and paper, since Ada says so, and with lost, since he says so
    "uma",  # on the committee, and author of “uma” (decided, not told)
    "gus",  # chair of the track of main, paper, gone, wait and uma
    "kurt",  # chair in conflict with open and late: the same house as Bea
    "vera",  # chair who owes reviews of main and lost, and was asked for nothing else
    "cleo",  # chair without any conflict
    "admin",  # administrator of the installation, no role in the conference
)
BY_MAIL = ("ivy", "nils")
"""Ivy: invited as co-author of main; Nils: invited to the team. Neither has an account."""

REVIEWERS = ("ben", "quin", "pia", "dan", "uma")
CHAIRS = ("kurt", "vera", "cleo")
EVERYBODY = (*ROLES, *BY_MAIL)

OWNERS = {
    "main": ("ada", "cory", "ivy"),
    "paper": ("ada",),
    "draft": ("ada",),
    "gone": ("ada",),
    "open": ("bea",),
    "late": ("bea",),
    "lost": ("rob",),
    "wait": ("rob",),
    "shy": ("rob",),
    "next": ("rob",),
    "uma": ("uma",),
}
PROPOSALS = tuple(OWNERS)
GUS_TRACK = ("main", "paper", "gone", "wait", "uma")
IN_CONFLICT = {
    "main": ("dan",),
    "paper": ("dan",),
    "lost": ("dan",),
    "uma": ("uma",),
    "open": ("kurt",),
    "late": ("kurt",),
}
OWING = {"main": ("vera",), "lost": ("vera",)}
"""Chairs who learn nothing of what others think of it until they have sent their own reviews."""
NOT_IN_REVIEW = ("draft", "gone")


def leaders(proposal: str, *, of_reviews: bool = False) -> set[str]:
    """Chairs who see names; with ``of_reviews`` those who also see what the committee thinks of it."""
    found = set(CHAIRS) | ({"gus"} if proposal in GUS_TRACK else set())
    if proposal == "draft":
        return set()
    walled = {*IN_CONFLICT.get(proposal, ()), *OWING.get(proposal, ())}
    return found - walled if of_reviews else found


def blind_readers(proposal: str) -> set[str]:
    return set() if proposal in NOT_IN_REVIEW else set(REVIEWERS) - set(IN_CONFLICT.get(proposal, ()))


def _contents() -> dict[str, set[str]]:
    found = {}
    for name, owners in OWNERS.items():
        readers = set(owners) | leaders(name) | blind_readers(name)
        found[f"title.{name}"] = found[f"abstract.{name}"] = readers
        found[f"notes.{name}"] = readers - {"ivy"}
    found["title.open"] = found["abstract.open"] = set(EVERYBODY)
    # Whoever plans the whole schedule sees what was accepted and told in every track.
    found["title.next"] = found["abstract.next"] = found["title.next"] | {"gus"}
    return found


def _identities() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, owners in OWNERS.items():
        side = set(owners) | leaders(name)
        found |= {f"name.{name}": side, f"affiliation.{name}": side, f"biography.{name}": side}
    for kind in ("name", "affiliation", "biography"):
        found[f"{kind}.open"] = set(EVERYBODY)
    found["name.next"] = found["affiliation.next"] = found["name.next"] | {"gus"}
    found["coauthor.cory"] = found["coauthor.ivy"] = set(OWNERS["main"]) | leaders("main")
    mains = {"ada", "cory"} | leaders("main")
    found |= {"email.ada": mains, "domain.ada": mains, "email.cory": mains, "email.ivy": mains | {"ivy"}}
    found |= {"email.bea": {"bea", *CHAIRS}, "email.rob": {"rob", "gus", *CHAIRS}}
    found |= {f"account.{who}": {who, *CHAIRS} for who in ("ada", "cory", "bea", "rob")}
    found |= {f"profile.{who}": {who} for who in ("ada", "cory", "bea", "rob", "ben", "quin", "pia", "dan", "uma")}
    return found


def _committee() -> dict[str, set[str]]:
    heads = {"gus", *CHAIRS}
    found = {f"reviewer.{who}": {who, "admin", *heads} for who in ("ben", "quin", "pia", "dan")}
    found |= {f"mailbox.{who}": {who, "admin", *heads} for who in ("ben", "quin", "pia", "dan")}
    found |= {"reviewer.uma": {"uma", "admin", *heads}, "mailbox.uma": {"uma", "admin", *heads}}
    # Ada typed his address herself: he must not review her.
    found["mailbox.dan"] |= {"ada", "cory"}
    found |= {f"words.{who}": {who, *heads} for who in ("ben", "quin", "pia")}
    found["invited.nils"] = {"nils", "admin", *CHAIRS}
    return found


REVIEWS = {
    ("main", "ben"): {"quin"},
    ("main", "quin"): {"ben"},
    ("paper", "quin"): set(),
    ("open", "ben"): {"pia", "bea"},
    ("open", "pia"): {"ben", "bea"},
    ("lost", "pia"): {"rob"},
    ("uma", "quin"): set(),
    ("late", "quin"): set(),
}
"""Sent reviews, and who may read the text besides the one who wrote it and the chairs."""


def _judgements() -> dict[str, set[str]]:
    found = {}
    for (proposal, who), readers in REVIEWS.items():
        heads = leaders(proposal, of_reviews=True)
        found[f"text.{proposal}.{who}"] = {who} | readers | heads
        found[f"tochairs.{proposal}.{who}"] = {who} | heads
    found["text.paper.ben"] = found["tochairs.paper.ben"] = {"ben"}
    for proposal in ("main", "late", "uma"):
        found[f"decision.{proposal}"] = leaders(proposal, of_reviews=True)
    for proposal in ("open", "lost", "wait", "shy", "next"):
        found[f"decision.{proposal}"] = set(OWNERS[proposal]) | leaders(proposal, of_reviews=True)
    found["acceptance.all"] = {"bea", "rob", *CHAIRS}
    found["handback.late.ben"] = {"ben"} | leaders("late", of_reviews=True)
    found["conflictnote.lost.dan"] = {"dan"} | leaders("lost", of_reviews=True)
    return found


def _private_words() -> dict[str, set[str]]:
    main, paper = {"ada", "cory"} | leaders("main"), {"ada"} | leaders("paper")
    found = {"because.main": main, "withdrawn.gone": {"ada"} | leaders("gone")}
    # Bea's reason concerns Kurt himself: the other chairs read it.
    found["because.late"] = {"bea"} | leaders("late", of_reviews=True)
    # What a chair says to a conflict: not to the chair whom it is about.
    found["ruling.late.kurt"] = leaders("late", of_reviews=True)
    found["ruling.lost.dan"] = {"dan"} | leaders("lost", of_reviews=True)
    found |= {
        "declined.shy": {"rob"} | leaders("shy"),
        "unsent.new": {"ada"},
        "unsent.paper": {"ada"},
        "unsent.rival": {"ada"},
    }
    return found | {f"file.{part}": paper for part in ("name", "info", "xmp", "attachment", "annotation", "form")}


EXPECTATIONS: dict[str, frozenset[str]] = {
    key: frozenset(who)
    for part in (_contents(), _identities(), _committee(), _judgements(), _private_words())
    for key, who in part.items()
}
"""Canary → who may see it, anywhere at all. Whoever is not named must not."""

IDENTITY = ("name", "affiliation", "biography", "coauthor", "email", "domain", "account", "profile", "because", "file")
"""Kinds that say who wrote something: other words in the other world of authors."""
COMMITTEE = ("reviewer", "mailbox", "words", "tochairs", "decision", "handback", "conflictnote", "invited")
"""Kinds that say who reviewed, or what is not told: other words in the other world of reviewers."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one world. The other worlds' words differ in every letter and in length."""

    authors: int = 1
    committee: int = 1

    def word(self, key: str) -> str:
        if key not in EXPECTATIONS:
            raise KeyError(key)
        kind = key.partition(".")[0]
        if kind == "profile" and key.endswith(REVIEWERS):
            return f"zq{key.replace('.', 'v')}qz"
        number = self.authors if kind in IDENTITY else self.committee if self._is_committee(key) else 1
        return f"zq{key.replace('.', 'v')}qz" if number == 1 else f"wj{key.replace('.', 'k')}andsomemorejw"

    def _is_committee(self, key: str) -> bool:
        kind, _dot, whose = key.partition(".")
        if kind == "text":
            return whose.split(".")[0] in ("main", "paper", "late", "uma")
        if kind == "decision":
            return whose in ("main", "late", "uma")
        return kind in COMMITTEE and not whose.endswith(("uma", "dan"))


FIRST = Words()
_KEYS = {FIRST.word(key): key for key in EXPECTATIONS}
_ANY = re.compile("|".join(sorted(_KEYS, key=len, reverse=True)))
_FOLDED = re.compile(r"[^a-z0-9]+")


def found_in(text: str) -> set[str]:
    """Canaries of the first world in this text, however it is written."""
    return {_KEYS[word] for word in _ANY.findall(_FOLDED.sub("", text.lower()))}


def forbidden(role: str, seen: set[str]) -> set[str]:
    return {key for key in seen if role not in EXPECTATIONS[key]}
