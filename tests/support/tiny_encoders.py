"""Teachers and students a few kilobytes large, in the formats of the real ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from transformers import M2M100Config, NllbTokenizer, XLMRobertaConfig, XLMRobertaModel

from tomclip.config import StudentConfig
from tomclip.encoders.student.encoder import load_student_model, new_student, save_student
from tomclip.encoders.tokenizer import train_english_tokenizer, train_multilingual_tokenizer

TEXTS = (
    "grinning face",
    "face with tears of joy",
    "red heart",
    "dog face",
    "cat face",
    "red apple",
    "visage rieur",
    "cœur rouge",
    "tête de chien",
    "lachendes Gesicht",
    "rotes Herz",
    "웃는 얼굴",
    "빨간색 하트",
    "にっこり笑う",
    "赤いハート",
    "улыбающееся лицо",
    "красное сердце",
    "mặt cười",
    "红心",
)
DIMENSION = 24


def write_teacher(directory: Path, *, seed: int = 0) -> Path:
    """Returns `directory` with an open_clip model: a timm image tower and fp16 weights."""
    size = train_english_tokenizer(TEXTS[:6] * 2, vocab_size=120, directory=directory)
    text = {"context_length": 12, "vocab_size": size, "width": 16, "heads": 2, "layers": 1}
    vision = {
        "timm_model_name": "test_vit",
        "timm_model_pretrained": False,
        "timm_pool": "",
        "timm_proj": "linear",
        "image_size": 32,
    }
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


def write_text_tower_teacher(directory: Path, *, seed: int = 0) -> Path:
    """Returns `directory` with an open_clip model whose text tower is transformers' XLM-R.

    The tower's own configuration lies in the subfolder `text_tower`, where a published model names
    a repository.
    """
    size = train_multilingual_tokenizer(TEXTS * 2, vocab_size=220, directory=directory)
    tower = XLMRobertaConfig(
        vocab_size=size,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=30,
        type_vocab_size=1,
    )
    tower.save_pretrained(directory / "text_tower")
    text = {
        "hf_model_name": str(directory / "text_tower"),
        "hf_tokenizer_name": "local",
        "hf_pooler_type": "mean_pooler",
        "context_length": 16,
    }
    return _write_open_clip(directory, text, seed=seed)


def write_nllb_teacher(directory: Path, *, seed: int = 0) -> Path:
    """Returns `directory` with an open_clip model in NLLB-CLIP's format, which marks languages."""
    directory.mkdir(parents=True, exist_ok=True)
    letters = {letter: row for row, letter in enumerate("abcdefghijklmnopqrstuvwxyz▁", start=4)}
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3} | letters
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=[])
    tokenizer.save_pretrained(directory)
    tower = M2M100Config(
        vocab_size=len(tokenizer),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=32,
    )
    tower.save_pretrained(directory / "text_tower")
    text = {
        "hf_model_name": str(directory / "text_tower"),
        "hf_tokenizer_name": "local",
        "hf_pooler_type": "cls_pooler",
        "hf_proj_type": "linear",
        "context_length": 24,
    }
    return _write_open_clip(directory, text, seed=seed)


def write_siglip_teacher(directory: Path, *, seed: int = 0) -> Path:
    """Returns `directory` with an open_clip model whose text tower is made like SigLIP 2's."""
    size = train_multilingual_tokenizer(TEXTS * 2, vocab_size=220, directory=directory)
    text = {
        "context_length": 16,
        "vocab_size": size,
        "hf_tokenizer_name": "local",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": 16,
        "heads": 2,
        "layers": 2,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
        "norm_kwargs": {"eps": 1e-6},
        "act_kwargs": {"approximate": "tanh"},
    }
    return _write_open_clip(directory, text, seed=seed, custom_text=True, init_logit_bias=-10)


def _write_open_clip(directory: Path, text: dict[str, Any], *, seed: int, **facts: Any) -> Path:
    vision = {
        "timm_model_name": "test_vit",
        "timm_model_pretrained": False,
        "timm_pool": "",
        "timm_proj": "linear",
        "image_size": 32,
    }
    model_settings = {"embed_dim": DIMENSION, "vision_cfg": vision, "text_cfg": text} | facts
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3}
    (directory / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": model_settings, "preprocess_cfg": preprocessing})
    )
    torch.manual_seed(seed)
    model = open_clip.create_model(f"local-dir:{directory}", pretrained_text=False)
    weights = {name: value.contiguous().clone() for name, value in model.state_dict().items()}
    save_file(weights, directory / "open_clip_model.safetensors")
    return directory


def write_mclip_repository(directory: Path, student: Path) -> Path:
    """Returns `directory` with the student as M-CLIP keeps one: a pooler, other names, a pickle."""
    model, tokenizer = load_student_model(student)
    pooled = XLMRobertaModel(model.backbone.config, add_pooling_layer=True)
    pooled.load_state_dict(model.backbone.state_dict(), strict=False)
    state = {f"transformer.{name}": value for name, value in pooled.state_dict().items()}
    state["transformer.embeddings.position_ids"] = torch.arange(18)[None]
    state |= {f"LinearTransformation.{k}": v for k, v in model.head.state_dict().items()}
    tokenizer.save_pretrained(directory)
    config = {
        "model_type": "M-CLIP",
        "modelBase": str(student),
        "numDims": DIMENSION,
        "transformerDimensions": 16,
    }
    (directory / "config.json").write_text(json.dumps(config))
    torch.save(state, directory / "pytorch_model.bin")
    return directory


def put_into_hub_cache(
    cache: Path, repository: str, folder: Path, *, commit: str, reference: str = "main"
) -> Path:
    """Returns the snapshot that the Hugging Face cache at `cache` has of `folder` as a commit."""
    home = cache / f"models--{repository.replace('/', '--')}"
    snapshot = home / "snapshots" / commit
    shutil.copytree(folder, snapshot)
    (home / "refs").mkdir(exist_ok=True)
    (home / "refs" / reference).write_text(commit)
    return snapshot
