"""The constraints of the sheet by name, each with a sentence for a chair."""

from enum import StrEnum

from plumbing.sentences import Sentence, sentence


class Rule(StrEnum):
    """The names as the sheet ``Configuration`` writes them."""

    ROOM_UNAVAILABLE = "Room unavailable timeslot"
    ROOM_CONFLICT = "Room conflict"
    SPEAKER_UNAVAILABLE = "Speaker unavailable timeslot"
    SPEAKER_CONFLICT = "Speaker conflict"
    PREREQUISITES = "Talk prerequisite talks"
    MUTUALLY_EXCLUSIVE = "Talk mutually-exclusive-talks tags"
    PAUSE = "Consecutive talks pause"
    CROWD_CONTROL = "Crowd control"
    SPEAKER_REQUIRED_TIMES = "Speaker required timeslot tags"
    SPEAKER_PROHIBITED_TIMES = "Speaker prohibited timeslot tags"
    TALK_REQUIRED_TIMES = "Talk required timeslot tags"
    TALK_PROHIBITED_TIMES = "Talk prohibited timeslot tags"
    SPEAKER_REQUIRED_ROOMS = "Speaker required room tags"
    SPEAKER_PROHIBITED_ROOMS = "Speaker prohibited room tags"
    TALK_REQUIRED_ROOMS = "Talk required room tags"
    TALK_PROHIBITED_ROOMS = "Talk prohibited room tags"
    PUBLISHED_TIMESLOT = "Published timeslot"
    PUBLISHED_ROOM = "Published room"
    THEME_CONFLICT = "Theme track conflict"
    THEME_ROOM_STABILITY = "Theme track room stability"
    SECTOR_CONFLICT = "Sector conflict"
    AUDIENCE_TYPE_DIVERSITY = "Audience type diversity"
    AUDIENCE_TYPE_THEME_CONFLICT = "Audience type theme track conflict"
    AUDIENCE_LEVEL_DIVERSITY = "Audience level diversity"
    LEVEL_FLOW = "Content audience level flow violation"
    CONTENT_CONFLICT = "Content conflict"
    LANGUAGE_DIVERSITY = "Language diversity"
    SAME_DAY = "Same day talks"
    POPULAR = "Popular talks"
    SPEAKER_PREFERRED_TIMES = "Speaker preferred timeslot tags"
    SPEAKER_UNDESIRED_TIMES = "Speaker undesired timeslot tags"
    TALK_PREFERRED_TIMES = "Talk preferred timeslot tags"
    TALK_UNDESIRED_TIMES = "Talk undesired timeslot tags"
    SPEAKER_PREFERRED_ROOMS = "Speaker preferred room tags"
    SPEAKER_UNDESIRED_ROOMS = "Speaker undesired room tags"
    TALK_PREFERRED_ROOMS = "Talk preferred room tags"
    TALK_UNDESIRED_ROOMS = "Talk undesired room tags"
    SPEAKER_MAKESPAN = "Speaker makespan"


REWARDS = frozenset({Rule.AUDIENCE_TYPE_DIVERSITY, Rule.AUDIENCE_LEVEL_DIVERSITY, Rule.LANGUAGE_DIVERSITY})

SENTENCES: dict[Rule, Sentence] = {
    Rule.ROOM_UNAVAILABLE: sentence("Rooms are used only when they are free"),
    Rule.ROOM_CONFLICT: sentence("A room holds one talk at a time"),
    Rule.SPEAKER_UNAVAILABLE: sentence("Speakers speak only when they are there"),
    Rule.SPEAKER_CONFLICT: sentence("A speaker gives one talk at a time"),
    Rule.PREREQUISITES: sentence("Talks come after those they build on"),
    Rule.MUTUALLY_EXCLUSIVE: sentence("Talks that exclude each other do not run side by side"),
    Rule.PAUSE: sentence("Speakers have a pause between their talks"),
    Rule.CROWD_CONTROL: sentence("Crowded talks run in pairs or alone"),
    Rule.SPEAKER_REQUIRED_TIMES: sentence("Times have what their speakers require"),
    Rule.SPEAKER_PROHIBITED_TIMES: sentence("Times have nothing that their speakers rule out"),
    Rule.TALK_REQUIRED_TIMES: sentence("Times have what the talks require"),
    Rule.TALK_PROHIBITED_TIMES: sentence("Times have nothing that the talks rule out"),
    Rule.SPEAKER_REQUIRED_ROOMS: sentence("Rooms have what their speakers require"),
    Rule.SPEAKER_PROHIBITED_ROOMS: sentence("Rooms have nothing that their speakers rule out"),
    Rule.TALK_REQUIRED_ROOMS: sentence("Rooms have what the talks require"),
    Rule.TALK_PROHIBITED_ROOMS: sentence("Rooms have nothing that the talks rule out"),
    Rule.PUBLISHED_TIMESLOT: sentence("Published talks keep their time"),
    Rule.PUBLISHED_ROOM: sentence("Published talks keep their room"),
    Rule.THEME_CONFLICT: sentence("Talks of one theme do not run side by side"),
    Rule.THEME_ROOM_STABILITY: sentence("A theme stays in one room for a day"),
    Rule.SECTOR_CONFLICT: sentence("Talks for one sector do not run side by side"),
    Rule.AUDIENCE_TYPE_DIVERSITY: sentence("Talks for the same audience share a timeslot"),
    Rule.AUDIENCE_TYPE_THEME_CONFLICT: sentence("Talks of one theme for one audience do not run side by side"),
    Rule.AUDIENCE_LEVEL_DIVERSITY: sentence("Easy and hard talks share a timeslot"),
    Rule.LEVEL_FLOW: sentence("The easier talk on a subject comes first"),
    Rule.CONTENT_CONFLICT: sentence("Talks on one subject do not run side by side"),
    Rule.LANGUAGE_DIVERSITY: sentence("Talks in different languages share a timeslot"),
    Rule.SAME_DAY: sentence("Talks on one subject or theme are on one day"),
    Rule.POPULAR: sentence("More popular talks have bigger rooms"),
    Rule.SPEAKER_PREFERRED_TIMES: sentence("Times have what their speakers prefer"),
    Rule.SPEAKER_UNDESIRED_TIMES: sentence("Times have nothing that their speakers dislike"),
    Rule.TALK_PREFERRED_TIMES: sentence("Times have what suits the talks"),
    Rule.TALK_UNDESIRED_TIMES: sentence("Times have nothing that does not suit the talks"),
    Rule.SPEAKER_PREFERRED_ROOMS: sentence("Rooms have what their speakers prefer"),
    Rule.SPEAKER_UNDESIRED_ROOMS: sentence("Rooms have nothing that their speakers dislike"),
    Rule.TALK_PREFERRED_ROOMS: sentence("Rooms have what suits the talks"),
    Rule.TALK_UNDESIRED_ROOMS: sentence("Rooms have nothing that does not suit the talks"),
    Rule.SPEAKER_MAKESPAN: sentence("Speakers do not wait for days between their talks"),
}

# What a tag wish asks: whose it is (talk or speaker), of what (times or rooms), and whether the tag must be there.
TAG_RULES: tuple[tuple[Rule, str, str, str, bool], ...] = tuple(
    (Rule(f"{who.capitalize()} {wish} {'timeslot' if what == 'times' else 'room'} tags"), who, what, wish, wanted)
    for who in ("speaker", "talk")
    for what in ("times", "rooms")
    for wish, wanted in (("required", True), ("preferred", True), ("prohibited", False), ("undesired", False))
)
