"""A report says under which terms its data came: of the pictures asked about, and of no others."""

from __future__ import annotations

from tomclip.data import BENCHMARKS
from tomclip.export.report.licences import OWN_DATA, data_terms


def test_emoji_name_the_hands_of_the_rendering_and_of_the_names() -> None:
    terms = list(data_terms("emoji", "twemoji"))
    (pictures,) = (one for one in terms if one[0] == "pictures")
    assert pictures[1].startswith("Twemoji, Twitter, Inc. and contributors (@iconify-json/twemoji ")
    assert pictures[2] == "CC-BY-4.0"
    names = {
        source.partition(" (")[0]: licence for what, source, licence in terms if what != "pictures"
    }
    assert names == {"Unicode, Inc.": "Unicode-3.0", "emoji-data, Cal Henderson": "MIT"}


def test_icons_name_all_their_hands_and_those_of_the_names() -> None:
    terms = list(data_terms("icons", ""))
    assert sum(what == "pictures" for what, _, _ in terms) == 5
    assert {"Apache-2.0", "MIT", "CC-BY-4.0", "Unicode-3.0"} == {licence for *_, licence in terms}


def test_a_benchmark_names_the_terms_of_every_part() -> None:
    told = [licence for *_, licence in data_terms("cifar100", "")]
    assert told == [source.terms for source in BENCHMARKS["cifar100"].sources]


def test_of_one_s_own_data_the_owner_decides() -> None:
    assert list(data_terms("mine", "")) == [("mine", "", OWN_DATA)]
