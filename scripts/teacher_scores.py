"""What a trained teacher can do: `python scripts/teacher_scores.py DIRECTORY [--texts FILE]`.

Prints as JSON its English zero-shot accuracy on the renderings that no teacher trained on. With
`--against DIRECTORY` instead, what it gains over another teacher on the same drawings. With
`--texts`, its learnability: a ridge map from multilingual-e5-small to its text space, fitted on
English texts alone, reads the names of the unseen concepts in 13 languages; what share of the
teacher's own accuracy on the same drawings does it reach? `pairs` is a map fitted on the training
concepts' names in all 13 languages instead.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from teacher.learnability import learnability
from teacher.measures import gain
from teacher.pictures import test_pictures
from teacher.texts import E5, sentence_vectors

from tomclip.core.files.manifests import read_manifest, write_manifest
from tomclip.core.paths import project_directory
from tomclip.core.reading.text import read_text
from tomclip.core.types import Embeddings
from tomclip.data import load_emoji
from tomclip.data.emoji import EmojiDataset
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.evaluation import zero_shot_ranks, zero_shot_scores

SUBSETS = ("all", "seen", "validation", "unseen")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--against", type=Path, help="a teacher to compare with")
    parser.add_argument("--texts", type=Path, help="strict English texts for the ridge map")
    parser.add_argument("--packages", type=Path, default=project_directory() / "build/packages")
    arguments = parser.parse_args()
    directory, packages = arguments.directory, arguments.packages
    if arguments.against is not None:
        found = gains(directory, arguments.against, packages)
    else:
        found = teacher_scores(directory, packages)
    for scores in found:
        print(json.dumps(scores), flush=True)
    if arguments.texts is not None:
        print(json.dumps(teacher_learnability(directory, arguments.texts, packages)))


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
    found = []
    for rendering, subset, names, images in _tests(directory, packages):
        scores = zero_shot_scores(names, images, language="en", ks=(1, 5))
        measured = {
            score.name: {"value": score.value, "low": score.ci_low, "high": score.ci_high}
            for score in scores
        }
        counted = {"rendering": rendering, "subset": subset, "concepts": len(names.ids)}
        found.append({**counted, **measured})
    return found


def gains(directory: Path, other: Path, packages: Path) -> list[dict[str, Any]]:
    """Returns top-1 of two teachers and what the first gains, in points, drawing by drawing."""
    found = []
    pairs = zip(_tests(directory, packages), _tests(other, packages), strict=True)
    for (rendering, subset, *mine), (*_, names, images) in pairs:
        first, second = (zero_shot_ranks(*both) <= 1 for both in (mine, (names, images)))
        counted = {"rendering": rendering, "subset": subset, "concepts": len(first)}
        found.append({**counted, **gain(first, second)})
    return found


def _tests(directory: Path, packages: Path) -> Iterator[tuple[str, str, Embeddings, Embeddings]]:
    """Yields rendering, subset, and the teacher's vectors of the subset's names and drawings."""
    dataset, teacher = load_emoji(), Teacher.from_directory(directory)
    names = _names(teacher, dataset)
    for rendering, (pictures, exists) in test_pictures(dataset, packages).items():
        drawn = np.flatnonzero(exists)
        ids = [str(row) for row in drawn]
        images = teacher.embed_images(pictures[drawn], ids=ids, labels=ids)
        for subset in SUBSETS:
            rows = _rows(dataset, subset)
            rows = rows[exists[rows]]
            yield rendering, subset, names.select(rows), images.select(np.searchsorted(drawn, rows))


def teacher_learnability(directory: Path, texts: Path, packages: Path) -> dict[str, Any]:
    """Returns `learnability` of a teacher on the held-out rendering."""
    dataset, teacher = load_emoji(), Teacher.from_directory(directory)
    lines = [line for line in read_text(texts).split("\n") if line]
    pictures = dataset.rendering(dataset.held_out_rendering)[dataset.rows("unseen")]
    return learnability(
        dataset,
        teacher.embed_texts(dataset.names["en"]).vectors,
        teacher.embed_images(pictures).vectors,
        (sentence_vectors(E5, lines, packages), teacher.embed_texts(lines).vectors),
        packages=packages,
    )


def _rows(dataset: EmojiDataset, subset: str) -> np.ndarray:
    return dataset.splits[subset] if subset == "validation" else dataset.rows(subset)  # type: ignore[arg-type]


def _names(teacher: Teacher, dataset: EmojiDataset) -> Embeddings:
    ids = [str(row) for row in range(len(dataset.names["en"]))]
    return teacher.embed_texts(dataset.names["en"], ids=ids, labels=ids)


if __name__ == "__main__":
    main()
