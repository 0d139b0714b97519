"""A student published as M-CLIP, read from a repository's files that the test writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from support.tiny_encoders import TEXTS, put_into_hub_cache, write_mclip_repository, write_student
from transformers import XLMRobertaModel

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.encoders.student.encoder import Student
from tomclip.encoders.student.published import load_published_student, student_from_snapshot

NAME = "M-CLIP/XLM-Roberta-Large-Vit-B-32"


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return write_student(tmp_path / "original")


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Path:
    return write_mclip_repository(tmp_path / "repository", original)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_it_embeds_as_the_student_it_was_made_from(
    original: Path, repository: Path, cache: Path
) -> None:
    put_into_hub_cache(cache, NAME, repository, commit="a" * 40)
    found = load_published_student(NAME)
    assert (found.name, found.teacher_name) == (NAME, "ViT-B-32/openai")
    np.testing.assert_allclose(
        found.embed_texts(TEXTS).vectors,
        Student.from_directory(original).embed_texts(TEXTS).vectors,
        atol=1e-5,
    )


@torch.inference_mode()
@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.safetensors"])
def test_it_computes_what_transformers_does_with_the_same_state(
    repository: Path, weights: str
) -> None:
    state = torch.load(repository / "pytorch_model.bin", weights_only=True)
    if weights.endswith(".safetensors"):
        save_file({k: v.contiguous() for k, v in state.items()}, repository / weights)
        (repository / "pytorch_model.bin").unlink()
    model, tokenizer = student_from_snapshot(repository, repository / weights, teacher_name="t")
    backbone = XLMRobertaModel(model.backbone.config).eval()
    of_backbone = {
        name.removeprefix("transformer."): value
        for name, value in state.items()
        if name.startswith("transformer.") and "position_ids" not in name
    }
    backbone.load_state_dict(of_backbone)
    batch = tokenizer(list(TEXTS), return_tensors="pt", padding=True)
    states = backbone(**batch).last_hidden_state * batch["attention_mask"][..., None]
    means = states.sum(dim=1) / batch["attention_mask"].sum(dim=1, keepdim=True)
    expected = means @ state["LinearTransformation.weight"].T + state["LinearTransformation.bias"]
    found = Student(model, tokenizer, name="m").embed_texts(TEXTS, normalise=False).vectors
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_padding_never_changes_its_vectors(repository: Path, batch_size: int) -> None:
    parts = student_from_snapshot(repository, repository / "pytorch_model.bin", teacher_name="t")
    student = Student(*parts, name="m")
    np.testing.assert_allclose(
        student.embed_texts(TEXTS, batch_size=batch_size).vectors,
        student.embed_texts(TEXTS).vectors,
        atol=1e-5,
    )


def test_a_pickle_with_code_in_it_is_refused(repository: Path) -> None:
    weights = repository / "pytorch_model.bin"
    torch.save({"transformer": pytest.fail}, weights)
    with pytest.raises(AssetError, match="is not that of an M-CLIP student"):
        student_from_snapshot(repository, weights, teacher_name="t")


def test_a_missing_weight_is_refused(repository: Path) -> None:
    weights = repository / "pytorch_model.bin"
    state = torch.load(weights, weights_only=True)
    del state["LinearTransformation.bias"]
    torch.save(state, weights)
    with pytest.raises(AssetError, match=f"{weights} is not that of an M-CLIP student"):
        student_from_snapshot(repository, weights, teacher_name="t")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "config.json"])
def test_a_truncated_download_is_named(repository: Path, name: str) -> None:
    damaged = repository / name
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    with pytest.raises(AssetError, match=f"{damaged} is not that of an M-CLIP student"):
        student_from_snapshot(repository, repository / "pytorch_model.bin", teacher_name="t")


def test_a_backbone_that_is_not_here_says_how_to_get_it(repository: Path, cache: Path) -> None:
    config = json.loads((repository / "config.json").read_text()) | {"modelBase": "no/backbone"}
    (repository / "config.json").write_text(json.dumps(config))
    with pytest.raises(EncoderUnavailable, match=r"hf download no/backbone config\.json"):
        student_from_snapshot(repository, repository / "pytorch_model.bin", teacher_name="t")


def test_a_student_that_is_not_here_says_how_to_get_it(cache: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=f"run 'hf download {NAME}' with a network"):
        load_published_student(NAME)
