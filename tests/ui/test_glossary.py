"""The glossary: every term has a picture that parses, and pages explain the words they use."""

from __future__ import annotations

from base64 import b64decode
from xml.etree import ElementTree

import pytest
from support.studio_pages import open_page

from tomclip.core.errors import InputError
from tomclip.ui.glossary import TERMS, show_terms

SVG = "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("name", TERMS)
def test_every_term_has_a_meaning_and_a_picture_with_marks(name: str) -> None:
    term = TERMS[name]
    picture = ElementTree.fromstring(term.drawing())
    assert picture.tag == SVG
    assert len(list(picture)) > 1
    assert term.meaning.endswith(".")


def test_pictures_stay_inside_their_frame() -> None:
    for term in TERMS.values():
        picture = ElementTree.fromstring(term.drawing())
        width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
        for mark in picture:
            for key, value in mark.attrib.items():
                if key in {"cx", "x", "x1", "x2"}:
                    assert 0 <= float(value) <= width, term.title
                if key in {"cy", "y", "y1", "y2"}:
                    assert 0 <= float(value) <= height, term.title


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        ("3_topology", ["Persistence diagram", "H0, components", "H1, loops"]),
        ("6_train", ["Recipe exact", "Recipe paper", "Recipe edges"]),
    ],
)
def test_a_page_explains_its_terms_behind_a_button(page: str, titles: list[str]) -> None:
    studio = open_page(page)
    (said,) = [one.proto.body for one in studio.get("html") if "data:image/svg" in one.proto.body]
    assert "<svg" not in said  # which Streamlit takes out
    drawn = [b64decode(part.partition('"')[0]) for part in said.split("svg+xml;base64,")[1:]]
    assert {ElementTree.fromstring(one).tag for one in drawn} == {SVG}
    places = [said.index(f"<strong>{title}</strong>") for title in titles]
    assert places == sorted(places)


def test_an_unknown_term_is_refused() -> None:
    with pytest.raises(InputError, match="'h7' is no term; use one of diagram"):
        show_terms(["h7"])
