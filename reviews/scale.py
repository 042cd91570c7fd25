"""The scale of all scores; plain numbers, so that pure modules may ask for them."""

SCORE_MIN, SCORE_MAX = 1, 5
SCORES = tuple(range(SCORE_MIN, SCORE_MAX + 1))
