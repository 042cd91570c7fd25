"""What fits on the cover: the size of the title, and whether the description stands below it or on the next page.

The picture and the dates have their places on the paper, so words must end above them.
"""

from dataclasses import dataclass
from textwrap import wrap

from plumbing.markdown import to_text

TITLE_SHARE_MAX = 0.55
"""Of the height above the picture."""


@dataclass(frozen=True, slots=True)
class CoverStyle:
    """Measures in points; the style sheet of the same paper says the same.

    ``title_steps`` are (characters in a line, height of a line), the biggest type first; the class of the title is
    its number.
    """

    height: float
    title_steps: tuple[tuple[int, float], ...]
    description_characters: int
    description_line_height: float
    description_gap: float
    paragraph_gap: float


@dataclass(frozen=True, slots=True)
class Cover:
    title_step: int
    has_description: bool


def cover_of(title: str, description: str, style: CoverStyle) -> Cover:
    """``description`` is Markdown."""
    heights = [len(wrap(title, characters)) * height for characters, height in style.title_steps]
    fitting = [step for step, height in enumerate(heights) if height <= TITLE_SHARE_MAX * style.height]
    step = fitting[0] if fitting else len(heights) - 1
    room = style.height - heights[step] - style.description_gap
    return Cover(step, bool(description.strip()) and _height(description, style) <= room)


def _height(description: str, style: CoverStyle) -> float:
    paragraphs = [lines for lines in to_text(description).split("\n") if lines.strip()]
    line_count = sum(len(wrap(paragraph, style.description_characters)) for paragraph in paragraphs)
    return line_count * style.description_line_height + len(paragraphs) * style.paragraph_gap
