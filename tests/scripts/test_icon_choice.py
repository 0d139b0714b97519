"""Which icon is taken for a concept."""

from __future__ import annotations

import pandas as pd
from build_icons import ink_on_white
from emoji_data.names import spelled
from icon_data.choice import SETS, SYNONYMS, UNLIKE, icons_of_concepts
from PIL import Image

from tomclip.data import load_emoji

MDI = SETS[0]
CONCEPTS = pd.DataFrame(
    {
        "id": ["1", "2", "3", "4", "5"],
        "category": ["Objects", "Smileys & Emotion", "Activities", "Smileys & Emotion", "Objects"],
        "name_en": ["anchor", "smiling face", "wrapped gift", "ghost", "seal"],
    }
)


def choose(*icons: str) -> dict[str, str]:
    lists = [dict(zip(map(spelled, CONCEPTS["name_en"]), CONCEPTS["id"], strict=True))]
    named = load_emoji().concepts.assign(name_en=load_emoji().names["en"])
    named = named[named["name_en"].isin(SYNONYMS.values())][["id", "category", "name_en"]]
    named = named[~named["name_en"].isin(CONCEPTS["name_en"])]
    return icons_of_concepts(MDI, icons, pd.concat([CONCEPTS, named]), lists)


def test_a_name_or_a_synonym_decides() -> None:
    assert choose("anchor", "gift", "zeppelin") == {"1": "anchor", "3": "gift"}


def test_faces_are_left_out_but_for_those_that_are_things() -> None:
    assert choose("smiling-face", "ghost") == {"4": "ghost"}


def test_an_icon_that_shows_something_else_is_left_out() -> None:
    assert "seal" in UNLIKE[MDI.name].split()
    assert choose("seal") == {}


def test_every_synonym_names_a_concept() -> None:
    assert set(SYNONYMS.values()) <= set(load_emoji().names["en"])


def test_ink_is_laid_on_white() -> None:
    drawing = Image.new("RGBA", (2, 1))
    drawing.putpixel((0, 0), (0, 0, 0, 255))
    assert ink_on_white(drawing).tolist() == [[[0, 0, 0], [255, 255, 255]]]
