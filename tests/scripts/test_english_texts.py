"""English words and phrases read out of small archives in the packages' own form."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from english.sources import Archive, clean_icon_name, icon_names, wordnet_words
from english_texts import merge_texts, without_held_out

from tomclip.data import load_emoji

NOUNS = """  1 a licence line
00000001 05 n 02 harbour_seal 0 seadog 0 001 @ 00000002 n 0000 | a seal
00000002 18 n 01 Monet 0 001 @i 00000003 n 0000 | a painter
00000003 05 n 02 Bos 0 genus_Bos 0 000 | cattle
00000004 05 n 02 Bos_banteng 0 banteng 0 000 | an ox
00000005 05 n 01 Bovidae 0 000 | a family
"""
SETS = {
    "good": ("MIT", "Thematic", ["garden-gnome-2-filled", "zoom-in", "garden-gnome"]),
    "shared": ("CC-BY-SA-4.0", "Thematic", ["tea-cosy"]),
    "some-logos": ("MIT", "Logos", ["a-firm"]),
}


def pack(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
    return path


def test_wordnet_gives_words_without_single_things_and_latin_names(tmp_path: Path):
    parts = {"noun": NOUNS, "verb": "", "adv": "", "adj": "00000001 00 a 01 galore(ip) 0 000 | x\n"}
    archive = pack(tmp_path / "w.tgz", {f"dict/data.{part}": text for part, text in parts.items()})
    assert wordnet_words(archive) == ["banteng", "galore", "harbour seal", "seadog"]


def test_icon_names_are_cleaned_and_taken_from_open_sets_only(tmp_path: Path):
    collections = {
        prefix: {"license": {"spdx": licence}, "category": category}
        for prefix, (licence, category, _) in SETS.items()
    }
    files = {"collections.json": json.dumps(collections)} | {
        f"json/{prefix}.json": json.dumps({"icons": {name: {} for name in names}})
        for prefix, (_, _, names) in SETS.items()
    }
    names, licences = icon_names(pack(tmp_path / "i.tgz", files))
    assert names == ["garden gnome"]
    assert licences == {"good": "MIT"}


def test_style_words_digits_and_trailing_letters_are_cut_off():
    assert clean_icon_name("alarm-clock-2-filled") == "alarm clock"
    assert clean_icon_name("vitamin-c") == "vitamin"
    assert clean_icon_name("arrow-left") == ""


def test_each_text_stays_once_in_the_order_of_its_sources():
    texts, counts = merge_texts({"cldr": ["1st place", "Tea"], "other": ["tea", "gnu", "b2b", "x"]})
    assert texts == ["1st place", "Tea", "gnu"]
    assert counts == {"cldr": 2, "other": 1}


def test_strict_texts_hold_no_name_or_keyword_of_a_held_out_concept():
    dataset = load_emoji()
    held = [row for split in ("validation", "unseen") for row in dataset.splits[split]]
    forbidden = {w for r in held for w in (dataset.names["en"][r], *dataset.keywords["en"][r])}
    texts = [f"{before}{word}" for word in sorted(forbidden) for before in ("", "my old ")]
    kept = without_held_out([*texts, "quixotic sonatas"], dataset)
    assert kept[-1] == "quixotic sonatas"
    assert not [text for text in kept[:-1] if any(map(str.isalnum, text))]


def test_an_altered_archive_is_refused_by_its_checksum(tmp_path: Path):
    (tmp_path / "a.tgz").write_bytes(b"changed")
    archive = Archive("a", "1", "a.tgz", "0" * 64, "MIT", "someone")
    with pytest.raises(SystemExit, match="it should be 000"):
        archive.fetch(tmp_path)
