"""Languages that an encoder was not trained on, and the pieces that it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.tiny_packages import install_tiny_e5
from support.tiny_use import install_tiny_use

from tomclip.encoders import memory_estimate
from tomclip.encoders.packaged.reading import (
    reading_note,
    unknown_pieces,
    unread_languages,
    unread_sentence,
)
from tomclip.encoders.packaged.records import E5, MINILM, USE

CODES = ("en", "ko", "vi", "da")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))


def test_each_encoder_has_its_languages() -> None:
    assert unread_languages(USE, CODES) == ("vi", "da")
    assert unread_languages(MINILM, CODES) == ("ko", "vi", "da")
    assert unread_languages(E5, CODES) == unread_languages("mclip", CODES) == ()


def test_unknown_pieces_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_tiny_use(tmp_path / "packages", monkeypatch)
    assert unknown_pieces(USE, ["a fox", "78 fox", ""]) == (1, 6)
    assert unknown_pieces(USE, []) == (0, 0)
    note = reading_note(USE, {"en": ["???"], "vi": ["a fox", "78 fox"]})
    assert "was not trained on Vietnamese" in note
    assert "1 of 6 (16.7 %) pieces of these texts are unknown to it" in note
    assert reading_note(USE, {"en": ["???"]}) == ""


def test_encoders_that_do_not_read_the_same_languages_share_a_sentence() -> None:
    assert unread_sentence({"A": (1, 4), "B": (0, 5)}, ["ko", "da"]) == (
        "A and B were not trained on Korean, Danish: their vectors there mean little; "
        "1 of 4 (25.0 %) and 0 of 5 (0.0 %) pieces of these texts are unknown to them."
    )


def test_memory_is_known_before_anything_is_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = install_tiny_e5(tmp_path / "packages", monkeypatch)
    found = memory_estimate(E5, batch_size=2)
    missing_type, new_positions = 1, 2
    counted = sum(one.size for one in made.tensors.values()) + 32 * (new_positions - missing_type)
    assert found.parameters == counted
    assert found.activations > 0
    assert not (tmp_path / "cache" / "encoders").exists()
