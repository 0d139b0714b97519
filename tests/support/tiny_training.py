"""Training runs of a few steps, on the embedded data or on caption files, and what they record."""

from __future__ import annotations

from pathlib import Path

from support.tiny_captions import many_rows, write_csv
from support.tiny_encoders import TEXTS
from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

from tomclip.config import TrainConfig, parse_config
from tomclip.core.types import Event
from tomclip.encoders.tokenizer import train_multilingual_tokenizer
from tomclip.runs import read_events

END_TO_END = {
    "name": "tiny",
    "data": {"languages": ["en", "ko"], "share": 0.05},
    "student": {
        "hidden_size": 16,
        "layers": 1,
        "heads": 2,
        "intermediate_size": 32,
        "max_tokens": 12,
    },
    "loss": {"distance_matrix_weight": 0.1, "h0_weight": 0.1},
    "optimiser": {"steps": 2, "batch_size": 16, "warmup_steps": 0},
    "validation": {"every_steps": 2, "probe_every_steps": 2},
}


def tiny_config(**changes: object) -> TrainConfig:
    values = {
        "name": "tiny",
        "data": {"languages": ["en", "ko", "de"], "share": 0.2},
        "student": {
            "hidden_size": 32,
            "layers": 1,
            "heads": 2,
            "intermediate_size": 64,
            "max_tokens": 16,
        },
        "loss": {"recipe": "exact", "distance_matrix_weight": 0.1, "h0_weight": 0.1},
        "optimiser": {"steps": 6, "batch_size": 32, "learning_rate": 3e-3, "warmup_steps": 2},
        "validation": {"every_steps": 3},
    }
    return parse_config({**values, **changes})


def captions_config(folder: Path, *, data: dict[str, object] | None = None, **changes: object):
    """Returns a run on 90 caption pairs in a CSV file that this writes, 24 of them for validation.

    The batch of 16 does not divide what remains, so that an epoch ends within the run.
    """
    file = folder / "captions.csv"
    if not file.is_file():
        write_csv(file, many_rows(90))
    values: dict[str, object] = {
        "data": {
            "source": "captions",
            "captions": str(file),
            "validation_pairs": 24,
            **(data or {}),
        },
        "optimiser": {"steps": 8, "batch_size": 16, "learning_rate": 3e-3, "warmup_steps": 2},
        "validation": {"every_steps": 4},
    }
    return tiny_config(**{**values, **changes})


def write_backbone(directory: Path, *, dropout: float = 0.1) -> Path:
    """Returns `directory` with an untrained XLM-R as one is published: a language model's files."""
    size = train_multilingual_tokenizer(TEXTS * 2, vocab_size=220, directory=directory)
    shape = XLMRobertaConfig(
        vocab_size=size,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=42,
        type_vocab_size=1,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )
    XLMRobertaForMaskedLM(shape).save_pretrained(directory)
    return directory


def train_losses(directory: Path) -> list[float]:
    return [e.values["total"] for e in read_events(directory) if e.split == "train"]


def recorded(directory: Path, split: str) -> list[Event]:
    return [event for event in read_events(directory) if event.split == split]
