"""The sixteen things that cost, in the order in which a workbook lists their weights."""

from enum import StrEnum

from plumbing.sentences import Sentence, sentence


class Term(StrEnum):
    TRACK_SESSION = "track-session"
    TRACK_ROOM = "track-room"
    SESSION_ROOM = "session-room"
    SIMILAR = "similar-tracks"
    ROOMS = "rooms-per-track"
    PARALLEL = "parallel-track"
    CONSECUTIVE = "consecutive-sessions"
    ZONE = "time-zone"
    ORDER = "order"
    TALK_SESSION = "talk-session"
    TALK_ROOM = "talk-room"
    PRESENTERS = "presenters-session"
    ATTENDEES = "attendees-session"
    CHAIRS = "chairs"
    PRESENTERS_SLOT = "presenters-slot"
    ATTENDEES_SLOT = "attendees-slot"


_WORDS = {
    Term.TRACK_SESSION: sentence("Tracks stand in sessions that do not suit them."),
    Term.TRACK_ROOM: sentence("Tracks stand in rooms that do not suit them."),
    Term.SESSION_ROOM: sentence("Rooms are used in sessions in which they are better left empty."),
    Term.SIMILAR: sentence("Similar tracks run at the same time."),
    Term.ROOMS: sentence("Tracks change their room."),
    Term.PARALLEL: sentence("Tracks run against themselves."),
    Term.CONSECUTIVE: sentence("The sessions of a track are interrupted."),
    Term.ZONE: sentence("Talks stand at inconvenient hours of their presenters."),
    Term.ORDER: sentence("Talks stand out of the order of their track."),
    Term.TALK_SESSION: sentence("Talks stand in sessions that do not suit them."),
    Term.TALK_ROOM: sentence("Talks stand in rooms that do not suit them."),
    Term.PRESENTERS: sentence("A presenter is wanted in two rooms during one session."),
    Term.ATTENDEES: sentence("An attendee is wanted in two rooms during one session."),
    Term.CHAIRS: sentence("A chair is wanted in two rooms during one session."),
    Term.PRESENTERS_SLOT: sentence("A presenter is wanted in two rooms at the same time."),
    Term.ATTENDEES_SLOT: sentence("An attendee is wanted in two rooms at the same time."),
}


def term_words(term: Term) -> Sentence:
    """What a cost of this kind means."""
    return _WORDS[term]
