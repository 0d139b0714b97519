"""Characters that show nothing, and names that read the same."""

from __future__ import annotations

import re
import sys
import unicodedata

import pyarrow as pa
import pyarrow.compute
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.reading.characters import (
    VISIBLE_CHARACTER,
    composed,
    cut_after,
    drawn_characters,
    is_blank,
    is_one_line,
    same_name,
    searched,
    trimmed,
)


def test_every_control_format_and_space_character_shows_nothing() -> None:
    hidden = ("Cc", "Cf", "Zs", "Zl", "Zp")
    characters = map(chr, range(sys.maxunicode + 1))
    assert [c for c in characters if unicodedata.category(c) in hidden and not is_blank(c)] == []


@pytest.mark.parametrize(
    "text", ["", " \t\u3000", "\ufeff", "\u200b\u200d", "\ufe0f", "\u3164", "\x00\x1b", "\u2800"]
)
def test_a_text_of_such_characters_is_blank(text: str) -> None:
    assert is_blank(text)
    assert is_blank(text * 3)
    assert not is_blank(f"{text}a{text}")


def test_a_typed_text_loses_the_space_around_it_and_nothing_that_shows() -> None:
    assert trimmed("\u3000 여우\t\n") == "여우"
    assert [trimmed(text) for text in ("❤\ufe0f", "\u200fא\u200f", "a\u200b")] == [
        "❤\ufe0f",
        "\u200fא\u200f",
        "a\u200b",
    ]
    assert [trimmed(text) for text in (" \u200b ", "\ufeff", "\u3164", "\x00")] == [""] * 4


@pytest.mark.parametrize("mark", ["\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\u2029", "\x00"])
def test_what_ends_a_line_or_controls_is_not_on_one_line(mark: str) -> None:
    assert not is_one_line(f"a{mark}b")
    assert is_one_line("می‌خواهم 👩‍🚀")


def test_a_text_is_looked_for_whatever_its_capitals_and_its_accents_are_stored_as() -> None:
    assert searched("E\u0301COLE") == searched("école") == "école"
    assert searched("STRASSE") == searched("Straße")


@pytest.mark.parametrize("text", ["a", "개", "❤️", "👩‍🚀", "é", "।", "-", "\u0301a", "𝒜", "क्"])
def test_what_can_be_seen_is_not(text: str) -> None:
    assert not is_blank(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_tables_and_single_texts_are_judged_alike(text: str) -> None:
    function = "match_substring_regex"
    options = pyarrow.compute.MatchSubstringOptions(VISIBLE_CHARACTER)
    (found,) = pyarrow.compute.call_function(function, [pa.array([text])], options).to_pylist()
    assert found is bool(re.search(VISIBLE_CHARACTER, text))
    assert found is not is_blank(text)


def test_names_are_the_same_however_their_accents_are_stored() -> None:
    one, other = "légende", unicodedata.normalize("NFD", "légende")
    assert one != other
    assert same_name(one, other)
    assert composed(other) == one
    assert not same_name(one, "legende")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (unicodedata.normalize("NFD", "강가 é"), 4),
        ("قِطَّةٌ", 3),
        ("👩\u200d🚀👍🏽", 2),
        ("हिंदी", 2),
    ],
)
def test_what_is_drawn_as_one_is_one_piece(text: str, pieces: int) -> None:
    assert len(drawn_characters(text)) == pieces
    assert "".join(drawn_characters(text)) == text


def test_a_cut_text_ends_between_syllables_and_letters() -> None:
    text = unicodedata.normalize("NFD", "강가의 갈색 곰")
    assert composed(cut_after(text, 4)) == "강가의…"
    assert cut_after(text, 8) == text
    assert cut_after("plain", 5) == "plain"
    assert cut_after("plain", 4) == "pla…"
