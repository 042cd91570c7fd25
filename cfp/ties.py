"""What ties a person to proposals: own work, that of fellow authors, that of the same house.

Used behind the door (``cfp.blind``): plain values of authors come in, numbers of proposals go out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cfp.domains import are_related, mail_domain


@dataclass(frozen=True, slots=True)
class Author:
    """One author of one proposal; ``address`` is that of the invitation, ``email`` that of the account."""

    proposal_id: int
    person_guid: str
    account_id: int | None
    address: str | None
    email: str | None


class Ties:
    """Knows the proposals of each author, so that a person is compared with authors and houses, not with every row."""

    def __init__(self, authors: Iterable[Author]) -> None:
        self._by_account: dict[int, set[int]] = defaultdict(set)
        self._by_address: dict[str, set[int]] = defaultdict(set)
        self._by_domain: dict[str, set[int]] = defaultdict(set)
        self._by_person: dict[str, set[int]] = defaultdict(set)
        self._people: dict[int, set[str]] = defaultdict(set)
        for author in authors:
            self._take(author)

    def of(self, account_id: int, email: str) -> Iterator[tuple[str, set[int]]]:
        """(kind, proposals): what is one's own is of no other kind."""
        own = self._by_account.get(account_id, set()) | self._by_address.get(email, set())
        fellows = {person for proposal in own for person in self._people[proposal]}
        yield "own", own
        yield "coauthor", {proposal for person in fellows for proposal in self._by_person[person]} - own
        yield "same_domain", self._of_house(mail_domain(email)) - own

    def _take(self, author: Author) -> None:
        number = author.proposal_id
        self._by_person[author.person_guid].add(number)
        self._people[number].add(author.person_guid)
        if author.account_id is not None:
            self._by_account[author.account_id].add(number)
        for address in {author.address, author.email} - {None, ""}:
            self._by_address[str(address)].add(number)
            domain = mail_domain(address)
            if domain is not None:
                self._by_domain[domain].add(number)

    def _of_house(self, domain: str | None) -> set[int]:
        if domain is None:
            return set()
        houses = (proposals for other, proposals in self._by_domain.items() if are_related(domain, other))
        return {proposal for proposals in houses for proposal in proposals}
