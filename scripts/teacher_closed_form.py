"""Which texts and drawings suit a teacher? `python scripts/teacher_closed_form.py spaces`.

In place of a training for each choice, ridge maps from the features of one fixed image trunk
(`--trunk`, a teacher's directory or `imagenet`) to the vectors of names. Accuracies are below a
trained teacher's and comparable with each other only. Prints JSON lines:

- `spaces`: each space of `teacher/texts.py`: top-1 on the renderings that nothing trains on, and
  learnability from multilingual-e5-small as `scripts/teacher_scores.py` measures it;
- `drawings`: top-1 by the number of sets of drawings.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from teacher.closed_form import (
    IMAGENET,
    Features,
    Trunk,
    chosen,
    emoji_features,
    fit_head,
)
from teacher.learnability import learnability
from teacher.measures import accuracy, hits
from teacher.texts import E5, SPACES, Space, sentence_vectors, space_vectors

from tomclip.core.paths import project_directory
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.reading.text import read_text
from tomclip.data import load_emoji
from tomclip.data.emoji import EmojiDataset, Subset
from tomclip.geometry.ridge import LinearMap

BUILD = project_directory() / "build"
SETS = (2, 4, 7, 11)
SUBSETS: tuple[Subset, ...] = ("all", "unseen")


def main() -> None:
    arguments = parse_arguments()
    dataset = load_emoji()
    trunk = Trunk(arguments.trunk, arguments.packages)
    features = emoji_features(trunk, dataset, arguments.packages)
    if arguments.experiment == "spaces":
        found = spaces(dataset, features, arguments)
    else:
        found = drawings(dataset, features, arguments)
    for one in found:
        print(json.dumps({"trunk": arguments.trunk, **one}), flush=True)


def parse_arguments() -> argparse.Namespace:
    """Returns the options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("experiment", choices=("spaces", "drawings"))
    parser.add_argument("--trunk", default=IMAGENET, help="a teacher's directory, or imagenet")
    parser.add_argument("--texts", type=Path, default=BUILD / "english_strict.txt")
    parser.add_argument("--count", type=int, default=10_000, help="texts, chosen at random")
    parser.add_argument("--packages", type=Path, default=BUILD / "packages")
    return parser.parse_args()


def english_texts(arguments: argparse.Namespace) -> list[str]:
    """Returns `--count` of the strict English texts."""
    lines = [line for line in read_text(arguments.texts).split("\n") if line]
    order = np.random.default_rng(0).permutation(len(lines))[: arguments.count]
    return [lines[row] for row in sorted(order)]


def vectors_of(
    space: Space, dataset: EmojiDataset, arguments: argparse.Namespace
) -> tuple[np.ndarray, np.ndarray]:
    """Returns a space's unit vectors of English texts, and of the concepts' names."""
    texts = english_texts(arguments)
    everything = [*texts, *dataset.names["en"]]
    vectors = space_vectors(space, everything, dataset, cache=arguments.packages).numpy()
    return vectors[: len(texts)], vectors[len(texts) :]


def right(
    head: LinearMap, named: np.ndarray, dataset: EmojiDataset, features: Features
) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yields rendering, subset, and which of its drawings are put on their names."""
    for rendering, (pictures, drawn) in features.tests.items():
        images = unit_rows(head(pictures))
        for subset in SUBSETS:
            rows = np.flatnonzero(np.isin(drawn, dataset.rows(subset)))
            yield rendering, subset, hits(named[drawn[rows]], images[rows])


def spaces(
    dataset: EmojiDataset, features: Features, arguments: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """Yields accuracy and learnability of every space."""
    texts = english_texts(arguments)
    both = sentence_vectors(E5, [*texts, *dataset.names["en"]], arguments.packages)
    held_out, drawn = features.tests[dataset.held_out_rendering]
    unseen = held_out[np.isin(drawn, dataset.rows("unseen"))]
    for space in SPACES:
        lines, named = vectors_of(space, dataset, arguments)
        head = fit_head(features.training, named)
        scores = [
            {"rendering": rendering, "subset": subset, "top1": accuracy(found)}
            for rendering, subset, found in right(head, named, dataset, features)
        ]
        images = unit_rows(head(unseen))
        english = both[: len(texts)], lines
        follows = learnability(dataset, named, images, english, packages=arguments.packages)
        yield {"space": space, "scores": scores, "learnability": follows}


def drawings(
    dataset: EmojiDataset, features: Features, arguments: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """Yields accuracy by the number of sets of drawings, in the space "shared"."""
    _, named = vectors_of("shared", dataset, arguments)
    for count in SETS:
        some = chosen(features.training, features.sets < count)
        head = fit_head(some, named)
        for rendering, subset, found in right(head, named, dataset, features):
            facts = {"sets": count, "drawings": len(some.kinds), "rendering": rendering}
            yield {**facts, "subset": subset, "concepts": len(found), "top1": accuracy(found)}


if __name__ == "__main__":
    main()
