"""Asks a study's kept students about the second drawings that nobody trains on, which do not ship.

`--packages` holds what `scripts/emoji_data` installs. Of every trial whose head was kept
(`tomclip study --keep-heads`), and of every closed form, zero-shot top-1 of the drawings of the
fold's held-out concepts is asked among the names of all of them, in the conditions that settings
were chosen for. The values are written to `second_drawings.csv` in the study's folder; without
`--packages` they are read from there. Prints the comparison of forms in every condition that is
complete.

    python scripts/study_drawings.py few_pairs --directory studies/few_pairs --packages PACKAGES
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from safetensors.numpy import load_file

from tomclip.core.files.atomic import write_text_atomically
from tomclip.core.types import Embeddings
from tomclip.data import load_emoji
from tomclip.encoders import load_image_encoder
from tomclip.evaluation import zero_shot_ranks
from tomclip.studies.choosing import read_choices
from tomclip.studies.outcomes import FoldQuestions, fold_questions, name_cloud
from tomclip.studies.plain import ToVectors, fit_plain
from tomclip.studies.results import COLUMNS
from tomclip.studies.study import FoldStudy, read_fold_study, study_file
from tomclip.studies.tables import PRIMARY, form_tests
from tomclip.studies.trial_execution import HEADS
from tomclip.studies.trials import Group, Trial, groups_of, trials_of
from tomclip.training.heads.shared_start import Beginning, begin_heads

FILE, DATA = "second_drawings.csv", "second drawings"
Row = tuple[str, str, int, int, str, str, str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("study")
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--heads", type=Path, help=f"default: {HEADS} in the study's folder")
    given = parser.parse_args()
    study = read_fold_study(study_file(given.study))
    file = given.directory / FILE
    if given.packages is not None:
        heads = given.heads or given.directory / HEADS
        rows = asked(study, given.directory, heads, given.packages)
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        write_text_atomically(file, table.to_csv(index=False, float_format="%.4f"))
    print(document(study, pd.read_csv(file)))


def asked(study: FoldStudy, directory: Path, heads: Path, packages: Path) -> Iterator[Row]:
    """Yields a row per trial that can be asked: as a study's results, of the mean of languages."""
    choices = read_choices(study, directory) or {}
    groups = [group for group in groups_of(study) if group.condition in choices]
    for place, group in enumerate(groups):
        print(f"{place} of {len(groups)}: {group.name}", file=sys.stderr, flush=True)
        trials = trials_of(study, group, choices)
        kept = [trial for trial in trials if trial.plain or _head(trial, heads).is_file()]
        if any(trial.plain is None for trial in kept):
            yield from _of_group(study, group, kept, heads, packages)


def document(study: FoldStudy, table: pd.DataFrame) -> str:
    """Returns Markdown: of each condition whose forms are all there, a table of comparisons."""
    parts = []
    for condition in study.conditions:
        tests = form_tests(study, table, condition, data=DATA)
        forms = {*study.forms_in(condition), *study.plain_in(condition)}
        if tests.empty or set(tests["form"]) != forms:
            continue
        lines = [f"| {condition} | top-1, % | gain, points [95 %] | p, Holm |", "|---|---|---|---|"]
        for row in tests.to_dict("records"):
            gain = p_value = ""
            if row["form"] != study.baseline:
                gain = f"{row['gain']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]"
                p_value = f"{row['adjusted_p']:.3f}"
            lines.append(f"| {row['form']} | {row['value']:.1f} | {gain} | {p_value} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _of_group(
    study: FoldStudy, group: Group, trials: list[Trial], heads: Path, packages: Path
) -> Iterator[Row]:
    config = study.config(group.condition, None, fold=group.fold, seed=group.seed)
    beginning = begin_heads(config, device="cpu")
    questions = _questions(group.fold, config.teacher)
    pictures = _pictures(group.fold, config.teacher, packages)
    features = {code: beginning.features_of(questions.names(code)) for code in questions.languages}
    for trial in trials:
        to_vectors = _map_of(trial, beginning, heads)
        shares = [
            _top1(name_cloud(questions, to_vectors(features[code], code), code), pictures)
            for code in questions.languages
        ]
        found = (group.condition, trial.form, group.fold, group.seed)
        yield (*found, DATA, PRIMARY, "mean", float(np.mean(shares)))


def _top1(names: Embeddings, pictures: Embeddings) -> float:
    """Returns the share of drawings, in per cent, whose own name is the nearest of all."""
    return float((zero_shot_ranks(names, pictures) <= 1).mean() * 100)


def _map_of(trial: Trial, beginning: Beginning, heads: Path) -> ToVectors:
    if trial.plain is not None:
        return fit_plain(trial.plain, beginning)
    head = load_file(_head(trial, heads))
    return lambda features, language: features @ head["weight"].T + head["bias"]


def _head(trial: Trial, heads: Path) -> Path:
    return heads / f"{trial.name}.safetensors"


@lru_cache(maxsize=1)
def _questions(fold: int, teacher: str) -> FoldQuestions:
    return fold_questions(fold, teacher)


@lru_cache(maxsize=1)
def _pictures(fold: int, teacher: str, packages: Path) -> Embeddings:
    """Returns the teacher's vectors of the second drawings of a fold's held-out concepts."""
    from emoji_data.sources import SECOND_STYLE
    from teacher.pictures import test_pictures

    pictures, exists = test_pictures(load_emoji(), packages)[SECOND_STYLE.name]
    dataset = load_emoji(fold=fold)
    rows = dataset.rows("unseen")
    rows = rows[exists[rows]]
    ids = [dataset.concepts["id"][row] for row in rows]
    return load_image_encoder(teacher).embed_images(pictures[rows], ids=ids, labels=ids)


if __name__ == "__main__":
    main()
