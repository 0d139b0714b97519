"""Published models fetched from a hub: which files, in which order, how often."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from support.local_hub import COMMIT, local_hub
from support.tiny_captions import many_rows, write_parquet
from support.tiny_encoders import (
    TEXTS,
    write_mclip_repository,
    write_student,
    write_teacher,
    write_text_tower_teacher,
)
from transformers import XLMRobertaConfig, XLMRobertaModel

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.data.captions.table import open_captions
from tomclip.encoders import encoder_fingerprint, encoder_revision, load_teacher, load_text_encoder
from tomclip.encoders.student.encoder import Student
from tomclip.encoders.student.pretrained import backbone_directory
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.encoders.tokenizer import train_multilingual_tokenizer

REPOSITORY = "someone/tiny-clip"
NAME = f"hf-hub:{REPOSITORY}"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_teacher(tmp_path / "tiny")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "hub"


def test_a_model_is_downloaded_once_and_its_commit_recorded(
    cache: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Teacher.from_directory(tiny).embed_texts(TEXTS).vectors
    with local_hub(monkeypatch, cache, {REPOSITORY: tiny}) as asked:
        teacher = load_teacher(NAME)
        np.testing.assert_array_equal(teacher.embed_texts(TEXTS).vectors, expected)
        assert load_teacher(NAME) is teacher
        assert encoder_revision(NAME) == COMMIT
        fingerprint, requests = encoder_fingerprint(NAME), len(asked)
        Teacher.from_name(NAME)
        assert len(asked) == requests
    assert encoder_fingerprint(NAME) == fingerprint


def test_weights_that_are_no_safetensors_are_fetched_by_their_other_name(
    cache: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Teacher.from_directory(tiny).embed_texts(TEXTS).vectors
    weights = tiny / "open_clip_model.safetensors"
    torch.save(load_file(weights), tiny / "open_clip_pytorch_model.bin")
    weights.unlink()
    with local_hub(monkeypatch, cache, {REPOSITORY: tiny}):
        found = Teacher.from_name(NAME).embed_texts(TEXTS).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_repository_without_weights_is_one_sentence(
    cache: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tiny / "open_clip_model.safetensors").unlink()
    with (
        local_hub(monkeypatch, cache, {REPOSITORY: tiny}),
        pytest.raises(EncoderUnavailable, match=r"has no .*open_clip_pytorch_model\.bin; name one"),
    ):
        Teacher.from_name(NAME)


def test_a_backbone_is_downloaded_with_its_weights_and_tokenizer(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backbone"
    size = train_multilingual_tokenizer(TEXTS * 2, vocab_size=220, directory=folder)
    shape = XLMRobertaConfig(
        vocab_size=size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=20,
    )
    XLMRobertaModel(shape).save_pretrained(folder)
    (folder / "pytorch_model.bin").write_bytes(b"a pickle that nobody reads")
    with local_hub(monkeypatch, cache, {"xlm-roberta-tiny": folder}) as asked:
        found = backbone_directory("xlm-roberta-tiny")
        requests = len(asked)
        assert backbone_directory("xlm-roberta-tiny") == found
        assert len(asked) == requests
    assert found.name == COMMIT
    names = {path.name for path in found.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= names
    assert "pytorch_model.bin" not in names


def test_a_published_student_is_downloaded_whole(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = write_student(tmp_path / "student")
    name = "M-CLIP/XLM-Roberta-Large-Vit-B-32"
    folder = write_mclip_repository(tmp_path / "repository", student)
    with local_hub(monkeypatch, cache, {name: folder}):
        found = load_text_encoder(name).embed_texts(TEXTS).vectors
        assert encoder_revision(name) == COMMIT
    expected = Student.from_directory(student).embed_texts(TEXTS).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_captions_are_downloaded_once_all_files_of_them(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    rows, folder = many_rows(20), tmp_path / "data"
    folder.mkdir()
    for number in range(2):
        write_parquet(folder / f"part-{number}.parquet", rows[10 * number : 10 * number + 10])
    (folder / "README.md").write_text("what it is")
    with local_hub(monkeypatch, cache, {"datasets/someone/pairs": folder}) as asked:
        table = open_captions("someone/pairs")
    assert list(table.english(np.arange(20))) == [row["caption"] for row in rows]
    assert not any("README" in one for one in asked)


def test_a_text_tower_and_a_tokenizer_come_from_their_own_repository(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write_text_tower_teacher(tmp_path / "whole")
    expected = Teacher.from_directory(whole).embed_texts(TEXTS).vectors
    model, tower = tmp_path / "model", whole / "text_tower"
    model.mkdir()
    (whole / "open_clip_model.safetensors").rename(model / "open_clip_model.safetensors")
    config = json.loads((whole / "open_clip_config.json").read_text())
    names = {"hf_model_name": "someone/tower", "hf_tokenizer_name": "someone/tower"}
    config["model_cfg"]["text_cfg"] |= names
    (model / "open_clip_config.json").write_text(json.dumps(config))
    for file in whole.glob("tokenizer*"):
        file.rename(tower / file.name)
    with local_hub(monkeypatch, cache, {REPOSITORY: model, "someone/tower": tower}):
        found = Teacher.from_name(NAME).embed_texts(TEXTS).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_text_tower_that_cannot_be_had_is_one_sentence(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_text_tower_teacher(tmp_path / "model")
    config = json.loads((model / "open_clip_config.json").read_text())
    config["model_cfg"]["text_cfg"]["hf_model_name"] = "someone/tower"
    (model / "open_clip_config.json").write_text(json.dumps(config))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    with pytest.raises(EncoderUnavailable, match=r"config\.json of 'someone/tower' .*hf download"):
        Teacher.from_directory(model)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hf-hub:someone/typo", "the hub has no repository 'someone/typo', or a private one"),
        ("hf-hub:someone/gated", "accept them there, then 'hf auth login'"),
        (f"{NAME}@no-such-revision", "has no revision 'no-such-revision'"),
    ],
)
def test_what_the_hub_refuses_is_not_called_a_missing_network(
    name: str, message: str, cache: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        local_hub(monkeypatch, cache, {REPOSITORY: tiny}),
        pytest.raises(EncoderUnavailable, match=message),
    ):
        load_teacher(name)


def test_a_data_set_that_is_none_is_not_called_a_missing_network(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        local_hub(monkeypatch, cache, {}),
        pytest.raises(InputError, match="the hub has no data set 'someone/typo'"),
    ):
        open_captions("someone/typo")
