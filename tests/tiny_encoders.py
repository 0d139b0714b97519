"""Teachers and students a few kilobytes large, in the formats of the real ones."""

from __future__ import annotations

import json
from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file

from tomclip.config import StudentConfig
from tomclip.encoders.student import new_student, save_student
from tomclip.encoders.tokenizer import train_english_tokenizer, train_multilingual_tokenizer

TEXTS = (
    "grinning face", "face with tears of joy", "red heart", "dog face", "cat face", "red apple",
    "visage rieur", "cœur rouge", "tête de chien", "lachendes Gesicht", "rotes Herz", "웃는 얼굴",
    "빨간색 하트", "にっこり笑う", "赤いハート", "улыбающееся лицо", "красное сердце", "mặt cười",
    "红心",
)  # fmt: skip
DIMENSION = 24


def write_teacher(directory: Path, *, seed: int = 0) -> Path:
    """Returns `directory` with an open_clip model: a timm image tower and fp16 weights."""
    size = train_english_tokenizer(TEXTS[:6] * 2, vocab_size=120, directory=directory)
    text = {"context_length": 12, "vocab_size": size, "width": 16, "heads": 2, "layers": 1}
    vision = {"timm_model_name": "test_vit", "timm_model_pretrained": False, "timm_pool": "",
              "timm_proj": "linear", "image_size": 32}  # fmt: skip
    config = {
        "model_cfg": {
            "embed_dim": DIMENSION,
            "vision_cfg": vision,
            "text_cfg": text | {"hf_tokenizer_name": "local"},
        },
        "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3},
    }
    (directory / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(seed)
    model = open_clip.create_model(f"local-dir:{directory}")
    weights = {name: value.half().contiguous() for name, value in model.state_dict().items()}
    save_file(weights, directory / "open_clip_model.safetensors")
    return directory


def write_student(
    directory: Path, *, teacher: str = "emoji-teacher", seed: int = 0, dtype: str = "fp32"
) -> Path:
    """Returns `directory` with an untrained student in the real format."""
    tokenizer_directory = directory.parent / f"{directory.name}-tokenizer"
    train_multilingual_tokenizer(TEXTS * 2, vocab_size=220, directory=tokenizer_directory)
    torch.manual_seed(seed)
    shape = StudentConfig(hidden_size=16, layers=2, heads=2, intermediate_size=32, max_tokens=16)
    model, tokenizer = new_student(
        shape, tokenizer_directory=tokenizer_directory, teacher_name=teacher, dimension=DIMENSION
    )
    return save_student(model, tokenizer, directory, dtype=dtype)  # type: ignore[arg-type]
