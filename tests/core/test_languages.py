"""The table of languages, and which of them have an image prompt."""

from __future__ import annotations

import pytest

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES, Language, languages, parse_language
from tomclip.data import BENCHMARKS, language, prompted
from tomclip.encoders.teacher.flores import flores_code


def test_the_papers_languages_stay_thirteen_and_have_a_prompt_each() -> None:
    assert tuple(row.code for row in languages()) == LANGUAGES
    assert all(row.prompt is not None and row.prompt.count("{}") == 1 for row in languages())


def test_every_language_of_every_benchmark_is_known() -> None:
    for info in BENCHMARKS.values():
        for code in info.languages:
            assert language(code).code == code


def test_encoders_know_every_language_of_every_benchmark() -> None:
    codes = {code for info in BENCHMARKS.values() for code in info.languages}
    assert len({flores_code(code) for code in codes}) == len(codes)


def test_a_prompt_holds_the_class_name() -> None:
    assert prompted("Apfel", "de") == "ein Foto von einem/einer Apfel"
    assert prompted("사과", "ko") == "사과가 있는 사진"


def test_a_language_without_a_prompt_is_named_with_those_that_have_one() -> None:
    with pytest.raises(InputError, match=r"Finnish \(fi\) has no image prompt.*en, ko, ja"):
        prompted("omena", "fi")


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="language is 'xx'; use one of en, ko"):
        language("xx")


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("zh-CN", "zh"),
        ("zh_CN", "zh"),
        ("zh-Hans", "zh"),
        ("ZH", "zh"),
        ("cmn", "zh"),
        ("zho", "zh"),
        ("pt_BR", "pt"),
        ("pt-PT", "pt"),
        ("en-US", "en"),
        ("iw", "he"),
        ("in", "id"),
        ("tl", "fil"),
        ("no", "no"),
        ("nb", "no"),
        ("nn-NO", "no"),
        (" ko ", "ko"),
        ("kor", "ko"),
        ("arb", "ar"),
        ("quz", "quz"),
    ],
)
def test_a_tag_means_its_language(tag: str, code: str) -> None:
    assert parse_language(tag) == code
    assert language(tag).code == code


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("yue", "yue"),
        ("gsw", "gsw"),
        ("sr-Latn", "sr-Latn"),
    ],
)
def test_another_script_and_languages_outside_of_the_table_keep_their_tag(
    tag: str, kept: str
) -> None:
    assert parse_language(tag) == kept
    assert language(tag) == Language(kept, kept, kept, prompt=None)


@pytest.mark.parametrize(
    ("country", "spoken"),
    [("jp", "ja"), ("cn", "zh"), ("ua", "uk"), ("gr", "el"), ("cz", "cs"), ("dk", "da")],
)
def test_a_country_s_code_is_answered_with_its_language(country: str, spoken: str) -> None:
    with pytest.raises(
        InputError, match=f"'{country}', a country's code, whose language is {spoken};"
    ):
        parse_language(country)


@pytest.mark.parametrize("text", ["", "English", "en_US.UTF-8", "한국어", "xx", "k", "en-"])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"language is .*; use one of en, ko"):
        parse_language(text)


def test_what_yaml_made_of_no_is_named() -> None:
    with pytest.raises(InputError, match="as YAML reads a bare no; quote it: 'no'"):
        parse_language(False)
    with pytest.raises(InputError, match="language is 7; write a code such as 'ko' as text"):
        parse_language(7)


def test_flores_codes_are_found_by_any_tag() -> None:
    assert flores_code("zh-CN") == flores_code("zh") == "zho_Hans"
    assert flores_code("nb") == "nob_Latn"
