"""Public files made from a release document alone: the same document always gives the same bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schedule.document import ReleaseDocument
from schedule.exports.ical import calendar
from schedule.exports.json import schedule_json
from schedule.exports.xml import schedule_xml


@dataclass(frozen=True, slots=True)
class Export:
    """One file of a release: what it is called, how it is served, and what makes its bytes."""

    filename: str
    content_type: str
    make: Callable[[ReleaseDocument], bytes]


EXPORTS: Mapping[str, Export] = {
    export.filename: export
    for export in (
        Export("schedule.xml", "application/xml; charset=utf-8", schedule_xml),
        Export("schedule.json", "application/json; charset=utf-8", schedule_json),
        Export("schedule.ics", "text/calendar; charset=utf-8", calendar),
    )
}
