"""What a run left out of captions without a pair is told in words."""

from __future__ import annotations

from tomclip.core.types import Event
from tomclip.runs.lone_captions import lone_captions_sentence

GIVEN = {
    "captions": "pairs.csv",
    "empty_pairs_left_out": 0,
    "anchor_captions": "words.txt",
    "anchor_texts": 1024,
    "anchor_fingerprint": "0" * 64,
    "anchor_blank_left_out": 3,
    "anchor_held_out_left_out": 1,
    "unpaired_captions": "other.csv",
    "unpaired_texts": 8,
}


def test_what_was_read_and_left_out_is_one_sentence_each() -> None:
    events = [Event(0, 0.0, "train", {"total": 1.0}), Event(0, 0.0, "sources", GIVEN)]
    assert lone_captions_sentence(events) == (
        "English anchor: 1,024 texts of words.txt; left out: 3 blank, 1 held out. "
        "Unpaired captions: 8 texts of other.csv."
    )


def test_a_run_on_pairs_alone_says_nothing() -> None:
    pairs = {key: GIVEN[key] for key in ("captions", "empty_pairs_left_out")}
    assert lone_captions_sentence([Event(0, 0.0, "sources", pairs)]) == ""
    assert lone_captions_sentence([]) == ""
