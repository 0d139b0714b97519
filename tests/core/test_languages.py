"""The table of languages, and which of them have an image prompt."""

from __future__ import annotations

import pytest

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES, languages
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
