"""Captions per second of our text encoders against the plain libraries, and of `tomclip targets`.

"teacher" is a CLIP text tower beside open_clip on 77 tokens; "student" is an XLM-R with mean
pooling and a linear layer beside transformers padded to 77 tokens, both in fp32. Weights are
random, captions are lists of 1 to 6 emoji names. Every round runs each case once on the same
captions, so that a busy machine slows all of them alike; the median round counts. "targets" is the
whole of `encode_targets`: shards, checksums and manifest on disk. One JSON object a line:

    python benchmarks/embed.py --rounds 5
    python benchmarks/embed.py --shape large --device cuda --captions 20000
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import open_clip
import torch
from safetensors.torch import save_model
from shared.machine import describe
from transformers import XLMRobertaConfig, XLMRobertaModel

from tomclip.core.paths import assets_directory
from tomclip.data import load_emoji
from tomclip.encoders.device import describe_device
from tomclip.encoders.student.encoder import Student, StudentModel, StudentSettings
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.encoders.tokenizer import load_tokenizer
from tomclip.targets.encoding import encode_targets

CONTEXT = 77
TINY_TEACHER = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {
        "context_length": CONTEXT,
        "vocab_size": 49408,
        "width": 128,
        "heads": 4,
        "layers": 3,
    },
}
TEACHERS = {"base": "ViT-B-32", "large": "ViT-L-14"}
STUDENTS = {  # hidden size, layers, heads, vocabulary
    "tiny": (128, 3, 4, 32_000),
    "base": (768, 12, 12, 250_002),
    "large": (1024, 24, 16, 250_002),
}
Encode = Callable[[Sequence[str]], np.ndarray]


def captions(n: int, languages: Sequence[str]) -> list[str]:
    """Returns `n` lists of 1 to 6 emoji names, each in one of the languages."""
    names = load_emoji().names
    rng = np.random.default_rng(0)
    return [
        ", ".join(rng.choice(names[languages[row % len(languages)]], rng.integers(1, 7)))
        for row in range(n)
    ]


def write_teacher(folder: Path, shape: str) -> Path:
    """Returns `folder` with a CLIP of random weights in open_clip's format."""
    known: Any = open_clip.get_model_config(TEACHERS[shape]) if shape in TEACHERS else TINY_TEACHER
    torch.manual_seed(0)
    save_model(open_clip.CLIP(**known), str(folder / "open_clip_model.safetensors"))
    config = {"model_cfg": known, "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    return folder


def new_student(shape: str, device: str) -> Student:
    """Returns a student of random weights with the embedded students' tokenizer."""
    hidden, layers, heads, vocabulary = STUDENTS[shape]
    torch.manual_seed(0)
    backbone = XLMRobertaModel(
        XLMRobertaConfig(
            vocab_size=vocabulary,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=4 * hidden,
            max_position_embeddings=514,
            type_vocab_size=1,
        ),
        add_pooling_layer=False,
    )
    model = StudentModel(backbone, StudentSettings("emoji-teacher", 512, CONTEXT))
    tokenizer = load_tokenizer(assets_directory() / "emoji" / "students" / "mclip")
    return Student(model, tokenizer, name=shape, device=device)


def in_batches(encode: Encode, size: int) -> Encode:
    @torch.inference_mode()
    def encode_all(texts: Sequence[str]) -> np.ndarray:
        return np.concatenate([encode(texts[i : i + size]) for i in range(0, len(texts), size)])

    return encode_all


def plain_open_clip(folder: Path, device: str) -> Encode:
    source = f"local-dir:{folder}"
    model: Any = open_clip.create_model(source, precision="fp32", device=device).eval()
    tokenizer = open_clip.get_tokenizer(source)
    return lambda texts: model.encode_text(tokenizer(list(texts)).to(device)).cpu().numpy()


def plain_transformers(student: Student) -> Encode:
    model, device = student.model, student.model.head.weight.device

    def encode(texts: Sequence[str]) -> np.ndarray:
        tokens = student.tokenizer(
            list(texts),
            padding="max_length",
            truncation=True,
            max_length=CONTEXT,
            return_tensors="pt",
        ).to(device)
        mask = tokens["attention_mask"]
        states = model.backbone(tokens["input_ids"], attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        return model.head((states * weights).sum(1) / weights.sum(1)).cpu().numpy()

    return encode


def ours(encoder: Teacher | Student, size: int, precision: Any) -> Encode:
    def encode(texts: Sequence[str]) -> np.ndarray:
        order = np.argsort([-len(text) for text in texts], kind="stable")
        vectors = encoder.embed_texts(
            [texts[int(row)] for row in order],
            normalise=False,
            batch_size=size,
            precision=precision,
        ).vectors
        return vectors[np.argsort(order)]

    return encode


def compare(cases: dict[str, Encode], texts: Sequence[str], rounds: int) -> list[dict[str, Any]]:
    """Returns one record per case; the first is the one that the others are related to."""
    found = {name: encode(texts[:512]) for name, encode in cases.items()}  # warm-up
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, encode in cases.items():
            started = perf_counter()
            encode(texts)
            seconds[name].append(perf_counter() - started)
    plain = next(iter(cases))
    floor = statistics.median(seconds[plain])
    scale = float(np.abs(found[plain]).max())
    return [
        {
            "case": name,
            "captions_per_second": round(len(texts) / statistics.median(seconds[name]), 1),
            "ratio_to_plain": round(floor / statistics.median(seconds[name]), 3),
            "largest_relative_difference": float(
                f"{np.abs(found[name] - found[plain]).max() / scale:.1e}"
            ),
        }
        for name in cases
    ]


def targets_record(
    folder: Path, texts: Sequence[str], options: argparse.Namespace
) -> dict[str, Any]:
    """Returns the throughput of `encode_targets` to disk, loading the teacher included."""
    with tempfile.TemporaryDirectory() as output:
        started = perf_counter()
        made = encode_targets(
            texts, str(folder), Path(output), batch_size=options.batch_size, device=options.device
        )
        seconds = perf_counter() - started
        return {
            "case": "targets, end to end",
            "captions_per_second": round(len(texts) / seconds, 1),
            "different_captions": made.plan.targets,
            "megabytes": round(made.size / 1e6, 2),
        }


def half_precision_record() -> dict[str, Any]:
    """Returns what float16 costs the embedded teacher's targets of all emoji names."""
    names = load_emoji().names["en"]
    with tempfile.TemporaryDirectory() as folder:
        whole, half = (
            encode_targets(names, "emoji-teacher", Path(folder) / kind, dtype=kind)
            for kind in ("float32", "float16")
        )
        rows = np.arange(len(names))
        a, b = (made.vectors(rows).astype(np.float64) for made in (whole, half))
        cosine = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
        error = np.linalg.norm(a - b, axis=1) / np.linalg.norm(a, axis=1)
        return {
            "case": "targets, float16",
            "size_ratio": round(half.size / whole.size, 3),
            "largest_relative_error": float(f"{error.max():.1e}"),
            "largest_cosine_error": float(f"{(1 - cosine).max():.1e}"),
        }


def records(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Returns the records of teacher, student and targets."""
    size, device = options.batch_size, options.device
    precisions = ("fp32",) if device == "cpu" else ("fp32", "bf16")
    with tempfile.TemporaryDirectory() as name:
        folder = write_teacher(Path(name), options.shape)
        english = captions(options.captions, ["en"])
        cases = {"teacher, open_clip at 77": in_batches(plain_open_clip(folder, device), size)}
        teacher = Teacher.from_directory(folder, device=device)
        cases |= {f"teacher, ours, {kind}": ours(teacher, size, kind) for kind in precisions}
        found = compare(cases, english, options.rounds)
        del teacher, cases
        found += [targets_record(folder, english, options), half_precision_record()]
    student = new_student(options.shape, device)
    cases = {"student, transformers at 77": in_batches(plain_transformers(student), size)}
    cases |= {f"student, ours, {kind}": ours(student, size, kind) for kind in precisions}
    return found + compare(
        cases, captions(options.captions, ["ko", "de", "fr", "ja"]), options.rounds
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shape", choices=list(STUDENTS), default="tiny")
    parser.add_argument("--captions", type=int, default=2048)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = parser.parse_args()
    facts = {"shape": options.shape, "captions": options.captions, "batch_size": options.batch_size}
    threads = f"CPU, {torch.get_num_threads()} threads"
    card = describe_device() if options.device == "cuda" else threads
    for record in records(options):
        line = {"benchmark": "embed", **facts, "device": card, **record, **describe()}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
