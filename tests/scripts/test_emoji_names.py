"""Drawings without code points find their emoji by name, and twins find none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from emoji_data.names import drawings_by_name, emoji_names, spelled
from emoji_data.renderings import SECOND_STYLE, SHIPPED, TRAINING_ONLY, Rendering
from emoji_data.sources import IconSet, without_twins

CAT, CAT_FACE, WRY, CLOCK = "1f408", "1f431", "1f63c", "1f55d"
ROWS = [
    {"id": CAT, "name": "CAT", "short_names": ["cat2"]},
    {"id": CAT_FACE, "name": "CAT FACE", "short_names": ["cat"]},
    {"id": WRY, "name": "CAT FACE WITH WRY SMILE", "short_names": ["smirk_cat"]},
    {"id": CLOCK, "name": "CLOCK FACE TWO-THIRTY", "short_names": ["clock230"]},
]
LISTS = emoji_names(ROWS, {WRY: "cat-with-wry-smile"}, {WRY: {"tts": ["cat with wry smile"]}})


def test_names_are_compared_by_their_letters_and_digits():
    assert spelled("Cat_Face-2") == "catface2"
    assert spelled("piñata") == "pinata"


def test_unicodes_name_decides_before_a_short_code():
    assert drawings_by_name(["cat", "cat-face"], LISTS) == {CAT: "cat", CAT_FACE: "cat-face"}


def test_of_two_drawings_of_an_emoji_the_better_known_name_is_taken():
    names = ["smirk-cat", "cat-with-wry-smile", "catfacewithwrysmile"]
    assert drawings_by_name(names, LISTS) == {WRY: "catfacewithwrysmile"}


def test_clocks_and_first_drawings_are_found():
    assert drawings_by_name(["clock2thirty", "cat-face-1"], LISTS) == {
        CLOCK: "clock2thirty",
        CAT_FACE: "cat-face-1",
    }


def test_a_name_of_two_emoji_is_nobodys():
    rows = [{"id": code, "name": None, "short_names": ["twins"]} for code in (CAT, WRY)]
    assert drawings_by_name(["twins"], emoji_names(rows, {}, {})) == {}


def test_pictures_that_occur_twice_are_left_out():
    pictures = np.arange(4, dtype=np.uint8)[[1, 2, 1, 3], None, None, None] * np.ones(
        (1, 2, 2, 4), np.uint8
    )
    kept = without_twins(pictures)
    assert [int(picture.max()) for picture in kept] == [0, 2, 0, 3]
    assert pictures.max(axis=(1, 2, 3)).tolist() == [1, 2, 1, 3]


def test_a_set_is_read_by_name_without_the_drawings_that_show_something_else(tmp_path: Path):
    written = {
        "@iconify-json/noto/chars.json": {"1f408": "cat"},
        "@iconify-json/marks/icons.json": {"icons": {"cat": {"body": ""}, "dog": {"body": ""}}},
        "emoji-datasource/emoji.json": [
            {"unified": code, "name": name, "short_names": [], "category": "A", "sort_order": 0}
            for code, name in (("1F408", "CAT"), ("1F415", "DOG"))
        ],
        "cldr-annotations-full/annotations/en/annotations.json": {
            "annotations": {"annotations": {}}
        },
        "cldr-annotations-derived-full/annotationsDerived/en/annotations.json": {
            "annotationsDerived": {"annotations": {}}
        },
    }
    for name, content in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    marks = Rendering("marks", "marks", "1", "MIT", "nobody", by_name=True, unlike=("dog",))
    found = IconSet(tmp_path, marks)
    assert [code in found for code in ("1f408", "1f415")] == [True, False]


def test_no_style_that_tests_is_trained_on():
    trained = {rendering.package for rendering in TRAINING_ONLY}
    assert not trained & {"twemoji", SECOND_STYLE.package}
    assert SECOND_STYLE.package not in {rendering.package for rendering in SHIPPED}
    names = [rendering.name for rendering in (*SHIPPED, *TRAINING_ONLY, SECOND_STYLE)]
    assert len(names) == len(set(names))
