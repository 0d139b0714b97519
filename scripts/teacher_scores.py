"""What a trained teacher can do: `python scripts/teacher_scores.py DIRECTORY --texts FILE`.

Prints as JSON its English zero-shot accuracy on the renderings that no teacher trained on, and its
learnability: a ridge map from multilingual-e5-small to its text space, fitted on English texts
alone, reads the names of the unseen concepts in 13 languages; what share of the teacher's own
accuracy on the same drawings does it reach?
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from teacher.pictures import test_pictures
from teacher.texts import E5, sentence_vectors

from tomclip.core.files.manifests import read_manifest, write_manifest
from tomclip.core.paths import project_directory
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.reading.text import read_text
from tomclip.core.types import Embeddings
from tomclip.data import load_emoji
from tomclip.data.emoji import EmojiDataset
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.evaluation import zero_shot_scores
from tomclip.geometry.ridge import fit_ridge

SUBSETS = ("all", "seen", "validation", "unseen")
STRENGTHS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--texts", type=Path, help="strict English texts for the ridge map")
    parser.add_argument("--packages", type=Path, default=project_directory() / "build/packages")
    arguments = parser.parse_args()
    for scores in teacher_scores(arguments.directory, arguments.packages):
        print(json.dumps(scores), flush=True)
    if arguments.texts is not None:
        print(json.dumps(learnability(arguments.directory, arguments.texts, arguments.packages)))


def report_scores(directory: Path, packages: Path) -> None:
    """Measures the scores, prints them and adds them to the teacher's manifest."""
    scores = teacher_scores(directory, packages)
    for one in scores:
        print(json.dumps(one), flush=True)
    manifest = read_manifest(directory)
    facts = {key: value for key, value in manifest.items() if key not in ("schema", "files")}
    write_manifest(directory, {**facts, "language": "en", "scores": scores})


def teacher_scores(directory: Path, packages: Path) -> list[dict[str, Any]]:
    """Returns English zero-shot scores by rendering and subset, each among its own concepts."""
    dataset, teacher = load_emoji(), Teacher.from_directory(directory)
    names = _names(teacher, dataset)
    found = []
    for rendering, (pictures, exists) in test_pictures(dataset, packages).items():
        for subset in SUBSETS:
            rows = _rows(dataset, subset)
            rows = rows[exists[rows]]
            ids = [str(row) for row in rows]
            images = teacher.embed_images(pictures[rows], ids=ids, labels=ids)
            scores = zero_shot_scores(names.select(rows), images, language="en", ks=(1, 5))
            measured = {
                score.name: {"value": score.value, "low": score.ci_low, "high": score.ci_high}
                for score in scores
            }
            found.append(
                {"rendering": rendering, "subset": subset, "concepts": len(rows), **measured}
            )
    return found


def learnability(directory: Path, texts: Path, packages: Path) -> dict[str, Any]:
    """Returns top-1 of the teacher and of ridge maps from E5 on the unseen concepts, in percent."""
    dataset, teacher = load_emoji(), Teacher.from_directory(directory)
    lines = [line for line in read_text(texts).split("\n") if line]
    features = sentence_vectors(E5, lines, packages)
    targets = teacher.embed_texts(lines).vectors
    rows = dataset.rows("unseen")
    pictures = dataset.rendering(dataset.held_out_rendering)[rows]
    images = teacher.embed_images(pictures).vectors
    maps = {s: fit_ridge(features, targets, strength=s) for s in STRENGTHS}
    own = _top1(teacher.embed_texts([dataset.names["en"][r] for r in rows]).vectors, images)
    validation = dataset.splits["validation"]
    wanted = teacher.embed_texts([dataset.names["en"][r] for r in validation]).vectors
    english = sentence_vectors(E5, [dataset.names["en"][r] for r in validation], packages)
    best = max(maps, key=lambda s: float(np.mean(_cosines(maps[s](english), wanted))))
    reached = {
        code: _top1(maps[best](sentence_vectors(E5, [own[r] for r in rows], packages)), images)
        for code, own in dataset.names.items()
    }
    mean = float(np.mean(list(reached.values())))
    return {
        "teacher": own,
        "strength": best,
        "ridge": reached,
        "english_share": reached["en"] / own,
        "mean": mean,
        "mean_share": mean / own,
    }


def _rows(dataset: EmojiDataset, subset: str) -> np.ndarray:
    return dataset.splits[subset] if subset == "validation" else dataset.rows(subset)  # type: ignore[arg-type]


def _names(teacher: Teacher, dataset: EmojiDataset) -> Embeddings:
    ids = [str(row) for row in range(len(dataset.names["en"]))]
    return teacher.embed_texts(dataset.names["en"], ids=ids, labels=ids)


def _top1(names: np.ndarray, images: np.ndarray) -> float:
    nearest = (images @ unit_rows(names).T).argmax(axis=1)
    return 100 * float(np.mean(nearest == np.arange(len(images))))


def _cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (unit_rows(a) * unit_rows(b)).sum(axis=1)


if __name__ == "__main__":
    main()
