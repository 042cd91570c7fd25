"""The colours that a person may choose from, by name.

A chair picks a name, never a hex value, so that every track and every accent keeps its contrast in both
themes. The values here are those of the light theme, for exports and print; `static/css/tokens.css` has
both, and a test compares the two.
"""

TRACK_COLOURS: dict[str, str] = {
    "red": "#c51d28",
    "brown": "#6d4025",
    "orange": "#bd5403",
    "amber": "#936907",
    "olive": "#5c5c06",
    "lime": "#548104",
    "green": "#046823",
    "mint": "#0c8460",
    "teal": "#0a6565",
    "sky": "#067da6",
    "blue": "#045dbb",
    "indigo": "#4131b0",
    "violet": "#855bdc",
    "plum": "#782185",
    "pink": "#cb3586",
    "slate": "#545f6c",
}

# Light tint of each track colour, for backgrounds in print, with the ink that is legible on it.
TRACK_TINTS: dict[str, str] = {
    "red": "#feebe9",
    "brown": "#feece3",
    "orange": "#feece3",
    "amber": "#fdeed6",
    "olive": "#f1f3d8",
    "lime": "#e8f5dd",
    "green": "#e2f7e3",
    "mint": "#dcf8ea",
    "teal": "#d6f8f7",
    "sky": "#dff4ff",
    "blue": "#e8f1fe",
    "indigo": "#edeffe",
    "violet": "#f1edfe",
    "plum": "#fce9fe",
    "pink": "#fdeaf2",
    "slate": "#edf0f6",
}

TRACK_INKS: dict[str, str] = {
    "red": "#6f191a",
    "brown": "#5c3015",
    "orange": "#642a02",
    "amber": "#513804",
    "olive": "#404002",
    "lime": "#2c4601",
    "green": "#034b18",
    "mint": "#014933",
    "teal": "#014747",
    "sky": "#05435a",
    "blue": "#033b7a",
    "indigo": "#33317a",
    "violet": "#432b74",
    "plum": "#592161",
    "pink": "#681944",
    "slate": "#343e4a",
}

ACCENTS: dict[str, str] = {
    "petrol": "#0a646c",
    "blue": "#0360c0",
    "indigo": "#3f40c4",
    "violet": "#703dc6",
    "plum": "#852381",
    "crimson": "#b30e35",
    "rust": "#a94008",
    "forest": "#036732",
    "graphite": "#363e48",
}

DEFAULT_ACCENT = "petrol"


_IN_ORDER_OF_DIFFERENCE = (
    "teal",
    "orange",
    "indigo",
    "pink",
    "lime",
    "plum",
    "sky",
    "red",
    "amber",
    "green",
    "violet",
    "brown",
    "blue",
    "olive",
    "mint",
    "slate",
)


def track_colour_for(position: int) -> str:
    """Colour name for the track at `position` (from 0): neighbours differ clearly; it repeats after sixteen."""
    return _IN_ORDER_OF_DIFFERENCE[position % len(_IN_ORDER_OF_DIFFERENCE)]
