"""Which texts hold a phrase as whole words."""

from __future__ import annotations

import pytest

from tomclip.data import load_emoji
from tomclip.data.held_out import HeldOutPhrases, held_out_phrases


@pytest.mark.parametrize(
    "text",
    [
        "fire engine",
        "two Fire Engines at night",
        "fire-engine",
        "fireengines",
        "the fire engine’s bell",
    ],
)
def test_a_phrase_is_found_in_any_case_number_and_joining(text: str):
    assert HeldOutPhrases(["fire engine"]).found_in(text) == "fire engine"


@pytest.mark.parametrize("text", ["engine fire", "fire", "wildfire engine", "firing engines", ""])
def test_other_words_are_not_found(text: str):
    assert HeldOutPhrases(["fire engine"]).found_in(text) is None


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("knife", "knives"),
        ("leaf", "leaves"),
        ("cherry", "cherries"),
        ("pie", "pies"),
        ("bus", "buses"),
        ("box", "boxes"),
        ("horse", "horses"),
        ("tomato", "tomatoes"),
        ("shoe", "shoes"),
        ("woman", "women"),
        ("child", "children"),
        ("mouse", "mice"),
        ("piñata", "PINATAS"),
    ],
)
def test_singular_and_plural_are_one(singular: str, plural: str):
    assert HeldOutPhrases([singular]).found_in(f"some {plural} here") == singular
    assert HeldOutPhrases([plural]).found_in(f"a {singular}") == plural


def test_a_short_word_is_no_part_of_a_longer_one():
    assert HeldOutPhrases(["ox", "cat"]).found_in("a box in the category") is None


def test_every_held_out_name_and_no_mere_training_word_is_found():
    dataset = load_emoji()
    phrases = held_out_phrases(dataset)
    for split in ("validation", "unseen"):
        names = [dataset.names["en"][row] for row in dataset.splits[split]]
        assert all(phrases.found_in(f"A picture of: {name}") for name in names)
    kept = [n for n in dataset.names["en"] if phrases.found_in(n) is None]
    assert set(kept) <= {dataset.names["en"][row] for row in dataset.splits["train"]}
    assert len(kept) > 0.9 * len(dataset.splits["train"])


def test_keywords_are_found_when_asked_for():
    dataset = load_emoji()
    row = dataset.splits["unseen"][0]
    word = dataset.keywords["en"][row][0]
    assert held_out_phrases(dataset, keywords=True).found_in(word) is not None
