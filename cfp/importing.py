"""Takes proposals of another system into a call: all rows or none, and the same rows again as updates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cfp import policy
from cfp.authors import Authorship
from cfp.drafts import CallRules
from cfp.importer import ImportedAuthor, ImportedProposal, Problem
from cfp.lifecycle import advance
from cfp.loading import call_rules
from cfp.models import Proposal, ProposalEdit
from cfp.people import guid_of_address, new_guid
from cfp.service.saving import snapshot
from conference.models import Account, Conference
from conference.work import Work
from plumbing.answers import Invalid, require
from plumbing.refs import new_ref
from plumbing.sentences import sentence

ROWS_IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True)
class ImportCount:
    new: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import of these rows would do: how many are new, how many stand here already; or why it cannot."""

    call_title: str
    new: int
    known: int
    problems: tuple[Problem, ...]


def preview_import(
    work: Work, *, conference_id: int, call_slug: str, rows: Sequence[ImportedProposal]
) -> ImportPreview:
    """Changes nothing. Eight queries, and one more for each ``ROWS_IN_ONE_QUERY`` rows."""
    require(policy.can_import(work.actor, conference_id, work.now))
    call = call_rules(work.db, conference_id, slug=call_slug)
    known, guids = _known(work, conference_id, rows)
    people = _People(work, conference_id, rows)
    problems = (*unknown_names(call, rows), *_same_people(people, known, guids, rows))
    return ImportPreview(call.title, len(rows) - len(known), len(known), problems)


def unknown_names(call: CallRules, rows: Iterable[ImportedProposal]) -> list[Problem]:
    """Tracks and session types that the call does not have, by line, with those that it has."""
    tracks = {each.name.casefold(): each.name for each in call.tracks}
    types = {each.name.casefold(): each.name for each in call.types}
    found = []
    for row in rows:
        if row.track and row.track.casefold() not in tracks:
            reason = sentence(
                "This call has no track “%(name)s”, only %(names)s.", name=row.track, names=_listed(tracks)
            )
            found.append(Problem(row.line, "track", reason if tracks else sentence("This call has no tracks.")))
        if row.type and row.type.casefold() not in types:
            reason = sentence(
                "There is no session type “%(name)s”, only %(names)s.", name=row.type, names=_listed(types)
            )
            found.append(Problem(row.line, "type", reason))
    return found


def _same_people(
    people: "_People", known: Mapping[str, Proposal], guids: Mapping[int, str], rows: Iterable[ImportedProposal]
) -> Iterator[Problem]:
    """Authors of one line who are one person: named twice, or by two addresses of one account.

    Nobody can be two authors of a proposal, and which of the two the file means is not for us to guess.
    """
    for row in rows:
        names = [author.email or author.name for author in row.authors]
        keys = [_key(author.email, author.name) for author in row.authors]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                column = "emails" if row.authors[at].email else "authors"
                yield Problem(row.line, column, sentence("“%(name)s” stands twice among the authors.", name=names[at]))
        proposal = known.get(guids[row.line])
        found = people.found(proposal, row.authors) if proposal is not None else {}
        first: dict[int, str] = {}
        for key, name in dict(zip(keys, names, strict=True)).items():
            other = first.setdefault(found[key].id, name) if key in found else name
            if other != name:
                reason = sentence(
                    "“%(one)s” and “%(other)s” are one person, who writes this proposal already; keep one of them.",
                    one=other,
                    other=name,
                )
                yield Problem(row.line, "emails", reason)


def _listed(names: Mapping[str, str]) -> str:
    return ", ".join(f"“{name}”" for name in names.values())


def import_proposals(
    work: Work, *, conference_id: int, call_slug: str, rows: Sequence[ImportedProposal]
) -> ImportCount:
    """Makes submitted proposals, or updates those that the same file made before; nobody gets a letter.

    Raises ``Invalid`` with the first line that does not fit, and then nothing is written.
    """
    require(policy.can_import(work.actor, conference_id, work.now))
    call = call_rules(work.db, conference_id, slug=call_slug)
    known, guids = _known(work, conference_id, rows)
    people = _People(work, conference_id, rows)
    for problem in (*unknown_names(call, rows), *_same_people(people, known, guids, rows)):
        raise Invalid("file", "does_not_fit", sentence("Line %(place)s", place=str(problem)))
    count = {"new": 0, "changed": 0, "same": 0}
    for row in rows:
        proposal = known.get(guids[row.line])
        if proposal is None:
            proposal = _begin(work, call, guids[row.line])
            change = "new"
        else:
            change = "same"
        if _fill(proposal, row, call) and change == "same":
            change = "changed"
        if change == "new":
            work.db.add(proposal)
            work.db.flush()
            advance(work, proposal, "submit")
            proposal.submitted_at = work.now
        if people.write(proposal, row.authors) and change == "same":
            change = "changed"
        if change != "same":
            _add_history(work, proposal, call)
        count[change] += 1
    work.db.flush()
    work.audit("proposals.import", conference_id=conference_id, subject=("call", call.id), after=dict(count))
    return ImportCount(**count)


def _known(
    work: Work, conference_id: int, rows: Sequence[ImportedProposal]
) -> tuple[dict[str, Proposal], dict[int, str]]:
    slug = work.db.scalars(select(Conference.slug).where(Conference.id == conference_id)).one()
    guids = {row.line: row.guid(slug) for row in rows}
    wanted = list(guids.values())
    found: dict[str, Proposal] = {}
    for start in range(0, len(wanted), ROWS_IN_ONE_QUERY):
        batch = wanted[start : start + ROWS_IN_ONE_QUERY]
        query = select(Proposal).where(Proposal.conference_id == conference_id, Proposal.guid.in_(batch))
        found |= {row.guid: row for row in work.db.scalars(query)}
    return found, guids


def _begin(work: Work, call: CallRules, guid: str) -> Proposal:
    return Proposal(
        conference_id=call.conference_id,
        ref=new_ref(),
        guid=guid,
        call_id=call.id,
        stage="draft",
        edit=0,
        links=[],
        created_at=work.now,
        changed_at=work.now,
    )


def _fill(proposal: Proposal, row: ImportedProposal, call: CallRules) -> bool:
    """Assigns what differs; says whether anything did."""
    types = {each.name.casefold(): each for each in call.types}
    tracks = {each.name.casefold(): each.id for each in call.tracks}
    chosen = types.get(row.type.casefold()) or next((each for each in call.types if each.kind == "talk"), None)
    values = {
        "title": row.title,
        "abstract": row.abstract,
        "notes": row.notes,
        "language": row.language,
        "presenter_kind": row.presenter_kind,
        "length_minutes": row.length_minutes,
        "kind": chosen.kind if chosen else "talk",
        "session_type_id": chosen.id if chosen else None,
        "track_id": tracks.get(row.track.casefold()) if row.track else proposal.track_id,
    }
    return _set(proposal, values)


def _set(row: Any, values: dict[str, Any]) -> bool:
    differs = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differs:
        setattr(row, name, values[name])
    return bool(differs)


def _add_history(work: Work, proposal: Proposal, call: CallRules) -> None:
    proposal.edit += 1
    proposal.changed_at = work.now
    work.db.add(
        ProposalEdit(
            conference_id=proposal.conference_id,
            proposal_id=proposal.id,
            number=proposal.edit,
            at=work.now,
            content=snapshot(work, proposal, call),
        )
    )


class _People:
    """Authors of the import: one stable name for each person of the conference, by address, else by name."""

    def __init__(self, work: Work, conference_id: int, rows: Sequence[ImportedProposal]) -> None:
        self.work, self.conference_id = work, conference_id
        emails = {author.email for row in rows for author in row.authors if author.email}
        self.accounts = {
            row.email: row.id
            for row in work.db.execute(
                select(Account.email, Account.id).where(
                    Account.email.in_(emails), Account.email_confirmed_at.is_not(None)
                )
            )
        }
        self.guids: dict[str | int, str] = {}
        """By account, and by address or name."""
        self.rows: dict[int, dict[str, Authorship]] = {}
        for row in work.db.scalars(select(Authorship).where(Authorship.conference_id == conference_id)):
            self.guids.setdefault(_key(row.email, row.name), row.person_guid)
            if row.account_id is not None:
                self.guids.setdefault(row.account_id, row.person_guid)
            self.rows.setdefault(row.proposal_id, {})[_key(row.email, row.name)] = row

    def found(self, proposal: Proposal, authors: Iterable[ImportedAuthor]) -> dict[str, Authorship]:
        """Who of these writes the proposal already: under this address or name, or under another of the account."""
        stored = self.rows.get(proposal.id, {})
        by_account: dict[int | None, Authorship] = {
            row.account_id: row for row in stored.values() if row.account_id is not None
        }
        keys = {_key(author.email, author.name): self.accounts.get(author.email or "") for author in authors}
        rows = {key: stored.get(key) or by_account.get(account) for key, account in keys.items()}
        return {key: row for key, row in rows.items() if row is not None}

    def write(self, proposal: Proposal, authors: Sequence[ImportedAuthor]) -> bool:
        """True when anything changed."""
        before, known = self.rows.get(proposal.id, {}), self.found(proposal, authors)
        changed = False
        for position, author in enumerate(authors):
            key = _key(author.email, author.name)
            if key not in known:
                known[key] = self._new(proposal, author, key, is_owner=position == 0)
                changed = True
            values: dict[str, Any] = {"name": author.name, "position": position}
            for name in ("email", "affiliation", "biography"):
                if getattr(author, name):
                    values[name] = getattr(author, name)
            changed = _set(known[key], values) or changed
        for row in [row for row in before.values() if row not in known.values()]:
            self.work.db.delete(row)
            changed = True
        self.rows[proposal.id] = known
        return changed

    def _new(self, proposal: Proposal, author: ImportedAuthor, key: str, *, is_owner: bool) -> Authorship:
        row = Authorship(
            conference_id=self.conference_id,
            ref=new_ref(),
            proposal_id=proposal.id,
            person_guid=self._guid(author, key),
            account_id=self.accounts.get(author.email or ""),
            email=author.email,
            name=author.name,
            affiliation="",
            biography="",
            position=0,
            is_owner=is_owner,
            accepted_at=self.work.now,
        )
        self.work.db.add(row)
        return row

    def _guid(self, author: ImportedAuthor, key: str) -> str:
        """Of the account, else of the address or name; a name alone is the same person within this conference."""
        known = self.guids.get(self.accounts.get(author.email or "", key)) or self.guids.get(key)
        made = known or (guid_of_address(self.conference_id, author.email) if author.email else new_guid())
        return self.guids.setdefault(key, made)


def _key(email: str | None, name: str) -> str:
    return email or f"name:{' '.join(name.casefold().split())}"
