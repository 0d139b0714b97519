"""Names and texts are text, or refused; a missing one is never the text "nan"."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tomclip.core.errors import InputError
from tomclip.core.reading.names import names_of, require_texts
from tomclip.core.types import Embeddings


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array(["cat", "nan"]), ("cat", "nan")),
        (np.array([b"cat", "hör".encode()]), ("cat", "hör")),
        ([7, np.int64(8)], ("7", "8")),
        (pd.Series(["cat", "dog"], dtype="category"), ("cat", "dog")),
        ((), ()),
    ],
)
def test_names_are_text(values: Any, expected: tuple[str, ...]) -> None:
    assert names_of(values, "label") == expected
    assert all(type(name) is str for name in names_of(values, "label"))


@pytest.mark.parametrize(
    "missing", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT, np.ma.masked]
)
def test_a_missing_name_is_refused_with_its_row(missing: object) -> None:
    with pytest.raises(InputError, match="label 1 of 2 is missing"):
        names_of(["cat", missing], "label")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("cat", "one text came as labels"),
        ([1.5], "label 0 of 1 is 1.5, a float"),
        ([True], "a bool"),
        ([b"\xff"], "not UTF-8"),
        (["\ud800"], "half a character"),
        ([["a"]], "a list"),
    ],
)
def test_what_is_no_name_is_refused(values: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        names_of(values, "label")


def test_embeddings_hold_names_and_no_missing_ones() -> None:
    def made(labels: Any) -> Embeddings:
        vectors = np.eye(3, dtype=np.float32)
        return Embeddings(vectors, ("a", "b", "c"), labels, ("",) * 3, "image", "mine", True)

    assert made(np.array([b"x", b"y", b"z"])).labels == ("x", "y", "z")
    with pytest.raises(InputError, match="label 2 of 3 is missing"):
        made(["x", "y", float("nan")])
    with pytest.raises(InputError, match="one text came as labels, 'xyz'"):
        made("xyz")


def test_a_list_of_texts_passes_as_it_came() -> None:
    texts = ["cat", "", "größer"]
    assert require_texts(texts) is texts


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ("cat", r"one text came, 'cat', where a list is needed; give \['cat'\]"),
        (b"cat", "one text came"),
        (["cat", None], "text 1 is None"),
        ([float("nan")], "text 0 is nan, a float"),
        (iter(["cat"]), "a list_iterator; give a list"),
        (["\udcff"], "half a character"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(texts: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        require_texts(texts)
