"""Persons of a foreign file: told apart by guid, else by the source's key, else by name."""

from collections import defaultdict
from uuid import UUID

from schedule.interchange.imported import LINE_CHARS_MAX, TEXT_CHARS_MAX, ImportedSpeaker
from schedule.interchange.markup import to_markdown
from schedule.interchange.notes import Keys, read_guid
from schedule.interchange.raw import RawEvent, RawPerson, RawSchedule
from schedule.names import clean_line


class People:
    """A key that stands for several names in the file is no key of a person: there the name decides too.

    (One camp gave performers the account number of whoever typed them in; merged programmes carry the
    numbers of two systems.)
    """

    def __init__(self, raw: RawSchedule, keys: Keys) -> None:
        self._keys = keys
        self._by_guid: dict[UUID, ImportedSpeaker] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        for event in raw.events:
            for person in event.persons:
                self._names[person.id].add(_name(person))

    def guids_of(self, event: RawEvent) -> tuple[UUID, ...]:
        """In the file's order, each once; persons without a name are passed over."""
        found = [self._guid_of(person) for person in event.persons if _name(person)]
        return tuple(dict.fromkeys(found))

    def all(self) -> tuple[ImportedSpeaker, ...]:
        return tuple(self._by_guid.values())

    def _guid_of(self, person: RawPerson) -> UUID:
        name = _name(person)
        guid = read_guid(person.guid)
        if guid is None:
            shared = len(self._names[person.id]) > 1
            key = f"{person.id}:{name}" if person.id and shared else person.id or f"name:{name}"
            guid = self._keys.guid("person", key)
        known = self._by_guid.get(guid)
        biography = to_markdown(person.biography)[:TEXT_CHARS_MAX]
        if known is None or len(biography) > len(known.biography):
            self._by_guid[guid] = ImportedSpeaker(
                guid=guid,
                id=clean_line(person.id)[:LINE_CHARS_MAX],
                name=known.name if known else name,
                biography=biography,
            )
        return guid


def _name(person: RawPerson) -> str:
    return clean_line(person.name)[:LINE_CHARS_MAX]
