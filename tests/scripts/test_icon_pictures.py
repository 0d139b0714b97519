"""Icons for the teacher: which are taken, how they are kept, and going on after an interruption."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import icon_pictures
import numpy as np
import pytest
from icon_data.words import OF_PROGRAMS, brand_names, shows_a_thing
from icon_pictures import (
    HELD_OUT,
    Icon,
    attribution,
    chosen_icons,
    first_of_each_name,
    write_names,
    write_pictures,
)
from PIL import Image

from tomclip.data import load_emoji
from tomclip.data.held_out import held_out_phrases

CONTENTS: dict[str, dict[str, Any]] = {
    prefix: {"icons": {name: {"body": f"<{prefix} {name}>"} for name in names}, "width": 24}
    for prefix, names in {
        "one": ["teapot", "teapot-filled", "zoom-in", "garden-gnome-2", "no-ink"],
        "two": ["teapot", "wrong", "gnu-42"],
    }.items()
}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands for the renderer: ink of the drawing's own colour; returns what was drawn."""
    calls: list[str] = []

    def draw(svg: str, side: int) -> Image.Image:
        calls.append(svg)
        if "wrong" in svg:
            raise ValueError("not an SVG")
        ink = 0 if "no-ink" in svg else 255
        return Image.new("RGBA", (side, side), (len(svg), 0, 0, ink))

    monkeypatch.setattr(icon_pictures, "draw", draw)
    return calls


def pack(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
    return path


def everything(name: str) -> bool:
    return True


def test_names_are_cleaned_and_a_set_draws_a_name_once() -> None:
    found = chosen_icons(CONTENTS, everything)
    assert Icon("one", "teapot", "teapot") in found
    assert Icon("one", "garden-gnome-2", "garden gnome") in found
    assert [icon.icon for icon in found if icon.set == "one" and icon.name == "teapot"] == [
        "teapot"
    ]
    assert "zoom in" not in {icon.name for icon in found}


def test_names_of_held_out_concepts_are_left_out() -> None:
    emoji = load_emoji()
    unseen = emoji.names["en"][int(emoji.splits["unseen"][0])]
    phrases = held_out_phrases(emoji, keywords=True)
    contents = {"one": {"icons": {unseen.replace(" ", "-"): {}, "quixotic-sonata": {}}}}
    found = chosen_icons(contents, lambda name: phrases.found_in(name) is None)
    assert [icon.name for icon in found] == ["quixotic sonata"]


def test_brands_and_words_of_programs_show_no_thing() -> None:
    assert shows_a_thing("garden gnome", {"uber"})
    assert not shows_a_thing("uber eats", {"uber"})
    assert not shows_a_thing("social uber", {"uber"})
    assert not shows_a_thing("folder add", set())
    assert not {"keyboard", "watch", "window", "shield"} & OF_PROGRAMS


def test_a_brand_is_a_name_that_several_sets_of_logos_have(tmp_path: Path) -> None:
    logos = {"license": {"spdx": "CC-BY-NC-4.0"}, "category": "Logos"}
    named = {"a": ["uber", "kiln"], "b": ["uber-filled"], "c": ["uber", "kiln"]}
    files = {"collections.json": json.dumps(dict.fromkeys(named, logos))} | {
        f"json/{prefix}.json": json.dumps({"icons": {name: {} for name in names}})
        for prefix, names in named.items()
    }
    assert brand_names(pack(tmp_path / "icons.tgz", files)) == {"uber"}


def test_hidden_icons_are_left_out() -> None:
    contents = {"one": {"icons": {"teapot": {"hidden": True}}}}
    assert chosen_icons(contents, everything) == []


def test_a_limit_takes_every_name_before_a_second_drawing_of_one() -> None:
    found = chosen_icons(CONTENTS, everything)
    names = {icon.name for icon in found}
    few = first_of_each_name(found, len(names))
    assert {icon.name for icon in few} == names
    assert first_of_each_name(found, None) == sorted(found)


@pytest.mark.parametrize(
    "prefix", ["mdi", "mdi-light", "ph", "fa6-solid", "icon-park-twotone", "la"]
)
def test_sets_of_the_benchmark_are_held_out_in_every_weight(prefix: str) -> None:
    assert HELD_OUT.fullmatch(prefix)


@pytest.mark.parametrize("prefix", ["fad", "lucide", "phosphate", "game-icons", "icons8"])
def test_other_sets_are_not(prefix: str) -> None:
    assert not HELD_OUT.fullmatch(prefix)


def test_pictures_and_names_have_the_same_rows_and_what_left_no_ink_is_left_out(
    tmp_path: Path, drawn: list[str]
) -> None:
    kept = write_pictures(tmp_path, chosen_icons(CONTENTS, everything), CONTENTS)
    assert [(icon.set, icon.icon) for icon in kept] == [
        ("one", "garden-gnome-2"),
        ("one", "teapot"),
        ("two", "gnu-42"),
        ("two", "teapot"),
    ]
    pictures = np.load(tmp_path / "icons.npy")
    assert (pictures.dtype, pictures.shape) == (np.uint8, (4, 64, 64, 4))
    ink = {(icon.set, icon.icon): int(p[0, 0, 0]) for icon, p in zip(kept, pictures, strict=True)}
    lengths = {
        icon: len(next(svg for svg in drawn if f"<{icon[0]} {icon[1]}>" in svg)) for icon in ink
    }
    assert ink == lengths
    write_names(tmp_path / "icons.csv", kept)
    rows = list(csv.DictReader((tmp_path / "icons.csv").read_text().splitlines()))
    assert [row["name"] for row in rows] == ["garden gnome", "teapot", "gnu", "teapot"]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, drawn: list[str]) -> None:
    icons = chosen_icons(CONTENTS, everything)
    write_pictures(tmp_path, [icon for icon in icons if icon.set == "one"], CONTENTS)
    before = len(drawn)
    write_pictures(tmp_path, icons, CONTENTS)
    assert len(drawn) - before == len([icon for icon in icons if icon.set == "two"])
    assert np.load(tmp_path / "icons.npy").shape[0] == 4


def test_an_altered_drawing_is_drawn_again(tmp_path: Path, drawn: list[str]) -> None:
    icons = chosen_icons(CONTENTS, everything)
    write_pictures(tmp_path, icons, CONTENTS)
    other = json.loads(json.dumps(CONTENTS))
    other["two"]["icons"]["teapot"]["body"] = "<two other teapot>"
    before = len(drawn)
    write_pictures(tmp_path, icons, other)
    assert len(drawn) - before == len([icon for icon in icons if icon.set == "two"])


def test_every_set_is_credited() -> None:
    facts = {
        "one": {"name": "One", "author": {"name": "A"}, "license": {"spdx": "MIT"}},
        "two": {"name": "Two", "author": {"name": "B"}, "license": {"spdx": "CC-BY-4.0"}},
    }
    told = attribution([Icon("one", "a", "axe"), Icon("one", "b", "bee")], facts)
    assert (told["icons"], told["names"]) == (2, 2)
    assert told["sets"] == [
        {
            "set": "one",
            "title": "One",
            "author": {"name": "A"},
            "licence": {"spdx": "MIT"},
            "icons": 2,
        }
    ]
