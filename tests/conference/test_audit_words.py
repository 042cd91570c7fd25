from datetime import datetime

from conference.audit_words import two_sides


def words(instant: datetime) -> str:
    return instant.strftime("%H:%M UTC")


def slot(**values: object) -> dict[str, object]:
    return {"id": 17, "title": "", "room_id": 6, "starts_at": "2027-01-07T14:20:00+00:00", **values}


def test_a_move_is_told_by_what_differs() -> None:
    before, after = two_sides({"slots": [slot()]}, {"slots": [slot(starts_at="2027-01-07T15:00:00+00:00")]}, words)
    assert before == [("slots 17 starts_at", "14:20 UTC")]
    assert after == [("slots 17 starts_at", "15:00 UTC")]


def test_without_the_other_side_everything_is_told() -> None:
    assert two_sides(None, {"name": "Hall", "seats": None, "features": ["stage", "ramp"]}, words) == (
        [],
        [("name", "Hall"), ("seats", "–"), ("features", "stage, ramp")],
    )


def test_a_value_on_one_side_only_stays() -> None:
    before, after = two_sides({"stage": "draft"}, {"stage": "submitted", "call": 3}, words)
    assert (before, after) == ([("stage", "draft")], [("stage", "submitted"), ("call", "3")])


def test_long_texts_are_cut_and_say_so() -> None:
    _before, after = two_sides(None, {"abstract": "x" * 500}, words)
    assert after == [("abstract", "x" * 119 + "…")]
