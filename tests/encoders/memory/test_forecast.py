"""Memory that is known before loading, against models that are loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from support.tiny_encoders import write_student, write_teacher, write_text_tower_teacher

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.encoders import memory_estimate
from tomclip.encoders.memory.live import LiveMemory
from tomclip.encoders.student.encoder import Student
from tomclip.encoders.teacher.encoder import Teacher


def bytes_of(model: torch.nn.Module) -> int:
    return sum(value.nbytes for value in (*model.parameters(), *model.buffers()))


@pytest.mark.parametrize("write", [write_teacher, write_text_tower_teacher])
def test_a_teachers_weights_are_counted_from_its_configuration(tmp_path: Path, write) -> None:
    directory = write(tmp_path / "teacher")
    model = Teacher.from_directory(directory).model
    (directory / "open_clip_model.safetensors").unlink()
    found = memory_estimate(str(directory))
    assert found.parameters == sum(value.numel() for value in model.parameters())
    assert found.weights == bytes_of(model)


def test_a_students_weights_are_counted_from_its_configuration(tmp_path: Path) -> None:
    directory = write_student(tmp_path / "student")
    model = Student.from_directory(directory).model
    (directory / "model.safetensors").unlink()
    found = memory_estimate(str(directory))
    assert found.weights == bytes_of(model)
    assert found.total == found.weights + found.activations


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("ViT-B-32/openai", 151_277_313),
        ("M-CLIP/XLM-Roberta-Large-Vit-B-32", 558_840_832 + 1024 * 512 + 512),
        ("xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k", 366_121_473),
    ],
)
def test_published_models_have_their_known_number_of_parameters(name: str, parameters: int) -> None:
    assert memory_estimate(name, batch_size=1).parameters == parameters


@pytest.mark.parametrize(
    ("architecture", "millions"),
    [
        ("nllb-clip-base/v1", 501.89),
        ("nllb-clip-large/v1", 1399.22),
        ("xlm-roberta-large-ViT-H-14/frozen_laion5b_s13b_b90k", 1193.01),
        ("roberta-ViT-B-32/laion2b_s12b_b32k", 212.72),
        ("ViT-B-16-plus-240/laion400m_e32", 208.38),
        ("RN50/openai", 102.01),
    ],
)
def test_counts_are_those_of_open_clips_own_profile(architecture: str, millions: float) -> None:
    found = memory_estimate(architecture, batch_size=1).parameters / 1e6
    assert found == pytest.approx(millions, abs=0.005)


def test_activations_grow_with_the_batch_and_halve_in_half_precision() -> None:
    one, two = (memory_estimate("ViT-B-32/openai", batch_size=n).activations for n in (32, 64))
    assert 1.8 < two / one < 2.1
    half = memory_estimate("ViT-B-32/openai", batch_size=64, dtype="bf16")
    assert half.activations == two // 2


def test_live_memory_counts_what_is_alive_together() -> None:
    with torch.device("meta"), LiveMemory() as memory:
        one = torch.zeros(1000, dtype=torch.float32)
        other = one + 1
        view = other[:10]
        del one
        torch.zeros(500, dtype=torch.float32)
    assert memory.peak == 8000
    assert len(view) == 10


def test_what_cannot_be_estimated_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="batch_size is 0"):
        memory_estimate("emoji-teacher", batch_size=0)
    with pytest.raises(EncoderUnavailable, match=r"open_clip_config\.json of 'no/where'"):
        memory_estimate("hf-hub:no/where")
    directory = write_teacher(tmp_path / "teacher")
    config = directory / "open_clip_config.json"
    config.write_text(config.read_text().replace('"width": 16', '"width": 17'))
    with pytest.raises(AssetError, match="describes no open_clip model"):
        memory_estimate(str(directory))
