"""Prompts of one's own: what is one, how several are kept, and the file that holds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES, prompted
from tomclip.data.prompts import Prompts, checked_prompt, default_prompts, filled, read_prompts

WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)


def written(tmp_path: Path, text: str, name: str = "prompts.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_prompt_without_its_place_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="'a photo' has no place for the name"):
        checked_prompt("a photo")
    assert checked_prompt("  {} 사진 ") == "{} 사진"


@pytest.mark.parametrize("bad", ["{}\nand more", "{}" + "x" * 300])
def test_a_prompt_is_a_single_short_line(bad: str) -> None:
    with pytest.raises(InputError, match="a single line of at most 300"):
        checked_prompt(bad)


def test_other_braces_are_text() -> None:
    assert filled("{x} {} {0}", "a {} b") == "{x} a {} b {0}"


def test_the_papers_prompts_are_those_of_the_languages() -> None:
    prompts = default_prompts(LANGUAGES)
    assert prompts.languages == LANGUAGES
    for code in LANGUAGES:
        assert prompts.wordings(["cat"], code) == ((prompted("cat", code),),)


def test_a_changed_language_leaves_the_others() -> None:
    prompts = Prompts.of({"en": ["{}"], "ko": ["{} 사진", "{}"]})
    assert prompts.changed("en", ["a {}"]).own("ko") == ("{} 사진", "{}")
    assert prompts.changed("ko", []).languages == ("en",)
    assert not prompts.changed("ko", []).changed("en", [])
    assert prompts.wordings(["cat"], "fr") == ()


def test_a_language_or_a_prompt_that_comes_twice_is_refused() -> None:
    with pytest.raises(InputError, match="give each language once"):
        Prompts((("en", ("{}",)), ("en", ("a {}",))))
    with pytest.raises(InputError, match="2 prompts came in en; give 1 to 100, each once"):
        Prompts.of({"en": ["{}", "{}"]})


def test_languages_that_name_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="prompts came in ar, in which emoji names nothing"):
        Prompts.of({"ar": ["{}"]}).require_languages(["en"], "emoji")


def test_a_file_has_a_language_per_column_and_a_prompt_per_row(tmp_path: Path) -> None:
    path = written(tmp_path, "English,ko\na photo of a {},{} 사진\nan icon of {},\n")
    expected = {"en": ("a photo of a {}", "an icon of {}"), "ko": ("{} 사진",)}
    assert read_prompts(path) == Prompts.of(expected)


def test_a_file_with_a_bad_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^mine\.csv: the prompt 'cat' has no place"):
        read_prompts(written(tmp_path, "en\ncat\n"), "mine.csv")


@given(
    st.dictionaries(
        st.sampled_from(LANGUAGES),
        st.lists(st.tuples(WORDS, WORDS).map("{}".join), min_size=1, max_size=4, unique=True),
        min_size=1,
    )
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, by_language: dict[str, list[str]]
) -> None:
    prompts = Prompts.of({code: list(map(checked_prompt, v)) for code, v in by_language.items()})
    path = tmp_path_factory.mktemp("prompts") / "prompts.csv"
    path.write_bytes(prompts.to_csv())
    assert read_prompts(path) == prompts
