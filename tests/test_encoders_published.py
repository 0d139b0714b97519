"""A student published as M-CLIP, read from a repository's files that the test writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tiny_encoders import DIMENSION, TEXTS, write_student
from transformers import XLMRobertaModel

from tomclip.encoders import published_student
from tomclip.encoders.published_student import load_published_student, student_from_snapshot
from tomclip.encoders.student import Student, load_student_model
from tomclip.errors import AssetError

NAME = "M-CLIP/XLM-Roberta-Large-Vit-B-32"


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return write_student(tmp_path / "original")


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Path:
    """Returns the student's weights as M-CLIP keeps them: a pooler, other names, a pickle."""
    model, tokenizer = load_student_model(original)
    pooled = XLMRobertaModel(model.backbone.config, add_pooling_layer=True)
    pooled.load_state_dict(model.backbone.state_dict(), strict=False)
    state = {f"transformer.{name}": value for name, value in pooled.state_dict().items()}
    state["transformer.embeddings.position_ids"] = torch.arange(18)[None]
    state |= {f"LinearTransformation.{k}": v for k, v in model.head.state_dict().items()}
    directory = tmp_path / "repository"
    tokenizer.save_pretrained(directory)
    config = {"model_type": "M-CLIP", "modelBase": str(original), "numDims": DIMENSION,
              "transformerDimensions": 16}  # fmt: skip
    (directory / "config.json").write_text(json.dumps(config))
    torch.save(state, directory / "pytorch_model.bin")
    return directory


def test_it_embeds_as_the_student_it_was_made_from(
    original: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_student, "_snapshot", lambda name: repository)
    found = load_published_student(NAME)
    assert (found.name, found.teacher_name) == (NAME, "ViT-B-32/openai")
    np.testing.assert_allclose(
        found.embed_texts(TEXTS).vectors,
        Student.from_directory(original).embed_texts(TEXTS).vectors,
        atol=1e-5,
    )


def test_safetensors_are_preferred_to_a_pickle(repository: Path) -> None:
    pickled = repository / "pytorch_model.bin"
    state = torch.load(pickled, weights_only=True)
    save_file({k: v.contiguous() for k, v in state.items()}, repository / "model.safetensors")
    pickled.write_bytes(b"not read")
    student_from_snapshot(repository, teacher_name="t")


def test_a_pickle_with_code_in_it_is_refused(repository: Path) -> None:
    torch.save({"transformer": pytest.fail}, repository / "pytorch_model.bin")
    with pytest.raises(AssetError, match="does not hold an M-CLIP student"):
        student_from_snapshot(repository, teacher_name="t")


def test_a_missing_weight_is_refused(repository: Path) -> None:
    pickled = repository / "pytorch_model.bin"
    state = torch.load(pickled, weights_only=True)
    del state["LinearTransformation.bias"]
    torch.save(state, pickled)
    with pytest.raises(AssetError, match="does not hold an M-CLIP student"):
        student_from_snapshot(repository, teacher_name="t")
