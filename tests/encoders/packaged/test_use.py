"""Universal Sentence Encoder from a package's files: its forward pass and its tokenizer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.tiny_use import (
    DIMENSION,
    TEXTS,
    Arrays,
    install_tiny_use,
    naive_vector,
    sentencepiece_file,
)

from tomclip.core.errors import AssetError
from tomclip.encoders import load_text_encoder
from tomclip.encoders.packaged.records import PACKAGED, USE
from tomclip.encoders.packaged.sentencepiece_file import read_sentencepiece
from tomclip.encoders.packaged.use_directory import write_use
from tomclip.encoders.registry import forget_encoders
from tomclip.encoders.token_encoder import TokenEncoder

READ = ["a fox", "dog", "여우 dog dog fox", "", "foxdog", "7 8"]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arrays:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    forget_encoders()
    return install_tiny_use(tmp_path / "packages", monkeypatch)


def loaded() -> TokenEncoder:
    encoder = load_text_encoder(USE)
    assert isinstance(encoder, TokenEncoder)
    return encoder


def test_the_vectors_follow_the_definition_piece_by_piece(installed: Arrays) -> None:
    encoder = loaded()
    expected = [naive_vector(installed, row) for row in encoder.token_ids(READ)]
    found = encoder.embed_texts(READ).vectors
    np.testing.assert_allclose(found, expected, atol=2e-6)
    assert (encoder.name, encoder.dimension) == (USE, DIMENSION)


def test_a_text_has_the_same_vector_in_every_company(installed: Arrays) -> None:
    together = loaded().embed_texts(READ).vectors
    alone = [loaded().embed_texts([text]).vectors[0] for text in READ]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_pieces_are_sentencepieces_own(installed: Arrays) -> None:
    encoder = loaded()
    rows = encoder.token_ids(["a  fox ", "여우", "78 7", "</s>", ""])
    assert [encoder.tokenizer.convert_ids_to_tokens(row) for row in rows] == [
        ["<s>", "▁", "a", "▁fox", "</s>"],
        ["<s>", "▁여우", "</s>"],
        ["<s>", "▁", "<unk>", "▁", "<unk>", "</s>"],
        ["<s>", "▁", "<", "/", "s", ">", "</s>"],
        ["<s>", "</s>"],
    ]


def test_a_sentencepiece_file_is_read_by_its_fields(tmp_path: Path) -> None:
    (tmp_path / "sp.model").write_bytes(sentencepiece_file())
    pieces, table = read_sentencepiece(tmp_path / "sp.model")
    assert pieces.texts == TEXTS
    assert pieces.special == {0, 1, 2}
    assert (pieces.unk, pieces.bos, pieces.eos) == (0, 1, 2)
    assert (pieces.scores[4], pieces.scores[3]) == (-3.0, -5.0)
    assert len(table) == 1029


@pytest.mark.parametrize("content", [b"", b"\x0a\xff", b"\x0b123", sentencepiece_file(TEXTS[3:])])
def test_another_file_is_no_sentencepiece_model(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sp.model").write_bytes(content)
    with pytest.raises(AssetError, match="is no SentencePiece model"):
        read_sentencepiece(tmp_path / "sp.model")


def test_other_weights_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sp.model").write_bytes(sentencepiece_file())
    np.savez(tmp_path / "weights.npz", q1=np.zeros((2, 2)))
    with pytest.raises(AssetError, match="does not hold this encoder"):
        write_use(tmp_path / "weights.npz", tmp_path / "sp.model", tmp_path / "out")
    (tmp_path / "weights.npz").write_bytes(b"no archive")
    with pytest.raises(AssetError, match="does not hold this encoder"):
        write_use(tmp_path / "weights.npz", tmp_path / "sp.model", tmp_path / "out")


def test_a_damaged_directory_says_what_to_do(installed: Arrays, tmp_path: Path) -> None:
    loaded()
    forget_encoders()
    (made,) = (tmp_path / "cache" / "encoders").glob(f"{USE}-*/use.json")
    made.write_text("{")
    with pytest.raises(AssetError, match="delete it, and it is made again"):
        loaded()


def test_it_knows_its_languages() -> None:
    assert {"ko", "ja", "zh"} <= set(PACKAGED[USE].languages)
    assert not {"vi", "da"} & set(PACKAGED[USE].languages)
