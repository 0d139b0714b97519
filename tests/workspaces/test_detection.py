"""Languages told from texts."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tomclip.core.extras import MissingExtra
from tomclip.data import load_emoji
from tomclip.workspaces.reading import detection
from tomclip.workspaces.reading.detection import detected_language, detected_languages, fits_script

with_library = pytest.mark.skipif(
    find_spec("py3langid") is None, reason="the extra languages is not installed"
)


@pytest.mark.parametrize("code", ["ko", "ja", "zh"])
def test_east_asian_names_are_told_by_their_script_alone(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detection, "can_tell_words", lambda: False)
    assert detected_language(load_emoji().names[code]) == code


@with_library
@pytest.mark.parametrize("code", load_emoji().languages)
def test_the_names_of_the_emoji_are_told_in_each_language(code: str) -> None:
    assert detected_language(load_emoji().names[code]) == code


@with_library
def test_sentences_are_told_one_by_one() -> None:
    texts = ["the cat sleeps on the warm roof", "die Katze schläft auf dem warmen Dach", "고양이"]
    assert detected_languages([*texts, "17"]) == ["en", "de", "ko", None]


def test_without_the_library_latin_letters_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "can_tell_words", lambda: False)
    assert detected_language(["the cat sleeps on the roof"]) is None
    assert detected_language(["17", "?!"]) is None


def test_a_missing_library_is_named_by_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "py3langid.langid", None)
    monkeypatch.setitem(__import__("sys").modules, "py3langid", None)
    detection._identifier.cache_clear()
    with pytest.raises(MissingExtra, match=r"tomclip\[languages\]"):
        detected_languages(["the cat"])
    detection._identifier.cache_clear()


@pytest.mark.parametrize(
    ("code", "text", "fits"),
    [
        ("ko", "고양이", True),
        ("ko", "a cat", False),
        ("ja", "猫", True),
        ("zh", "猫がいる", False),
        ("ru", "кот", True),
        ("de", "кот", False),
        ("de", "17", True),
    ],
)
def test_letters_fit_a_language_or_not(code: str, text: str, fits: bool) -> None:
    assert fits_script(code, [text]) is fits
