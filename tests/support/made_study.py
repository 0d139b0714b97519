"""A small study whose results are made up: what each form gains is known to whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from tomclip.core.languages import LANGUAGES
from tomclip.core.scores import MEAN
from tomclip.studies.choosing import CRITERION, choose, selection_file
from tomclip.studies.outcomes import EMOJI, ICONS, Scores
from tomclip.studies.results import write_result
from tomclip.studies.settings import candidates, has_weight_to_choose
from tomclip.studies.study import FILE, FoldStudy, read_fold_study
from tomclip.studies.trials import Trial, choosing_groups, groups_of, trials_of

FOLDS, SEEDS = 3, 2
WITHOUT, WITH = "10 % of the pairs", "10 % and English"
CORE = (WITHOUT, WITH)
LEVELS = {WITHOUT: 30.0, WITH: 40.0, "2 % of the pairs": 12.0, "2 % and English": 36.0}
"""Top-1 of the baseline, mean of folds, by condition."""
GAINS: Mapping[str, tuple[float, tuple[float, float, float]]] = {
    "point-wise": (0.0, (0.0, 0.0, 0.0)),
    "contrastive": (-0.4, (-0.02, 0.0, 0.02)),
    "trees": (2.0, (-0.05, 0.0, 0.05)),
    "loops": (-0.1, (-0.05, 0.0, 0.05)),
    "edges": (0.6, (-1.0, 0.0, 1.0)),
    "ridge": (-1.0, (-0.1, 0.0, 0.1)),
}
"""By form, its gain over the baseline, and by fold what is added to that: helps, does not help,
undecided."""
IN_ENGLISH, IN_KOREAN = 2.0, -2.0
"""What top-1 in these languages is off the mean."""
OTHER_SCORES = {
    "zero_shot_top5": 2.0,
    "text_to_image_recall_at_1": 0.9,
    "mean_reciprocal_rank": 0.01,
    "wasserstein_h0_to_teacher": -0.1,
    "wasserstein_h1_to_teacher": -0.02,
    "linear_cka_to_teacher_above_chance": 0.015,
    "mutual_knn_to_teacher_above_chance": 0.01,
}
"""By score, what it is in top-1: the distances fall as accuracy rises."""
CHOSEN_RATE, CHOSEN_MULTIPLE = 0.001, 1.0


def study_values() -> dict[str, Any]:
    """Returns the study's file."""
    few = ["point-wise", "trees"]
    anchor = {"data.english_anchor.captions": "emoji"}
    return {
        "base": "emoji_from_e5.yaml",
        "baseline": "point-wise",
        "folds": list(range(FOLDS)),
        "seeds": list(range(SEEDS)),
        "changes": {"student.head": "ridge", "loss.distance_matrix_weight": 0.0},
        "choose": {
            "folds": [0],
            "seeds": [100, 101],
            "multiples": [0.1, 1, 10],
            "learning_rates": [0.001, 0.01],
        },
        "forms": {
            "point-wise": {},
            "contrastive": {"loss.pointwise": "contrastive"},
            "trees": {"loss.h0_weight": 1.0},
            "loops": {"loss.h1_weight": 1.0},
            "edges": {"loss.recipe": "edges", "loss.h0_weight": 1.0},
        },
        "plain": {"ridge": "ridge"},
        "conditions": {
            WITHOUT: {},
            WITH: {"changes": anchor},
            "2 % of the pairs": {
                "settings_of": WITHOUT,
                "changes": {"data.share": 0.02},
                "forms": few,
                "plain": False,
            },
            "2 % and English": {
                "settings_of": WITH,
                "changes": {"data.share": 0.02, **anchor},
                "forms": few,
                "plain": False,
            },
            "10 %, no Korean pairs": {
                "settings_of": WITHOUT,
                "changes": {"data.languages": ["en", "ja"]},
                "forms": few,
                "plain": False,
            },
        },
        "contrasts": {"English, 10 %": [WITHOUT, WITH]},
    }


def write_study(folder: Path) -> FoldStudy:
    """Writes the study's file into a folder of its own, and returns the study; nothing is done."""
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(study_values(), sort_keys=False, allow_unicode=True)
    (folder / FILE).write_text(text)
    return read_fold_study(folder / FILE)


def write_choices(folder: Path) -> FoldStudy:
    """Writes what the choice of settings found too: multiple 1 is best, at the lower rate."""
    study = write_study(folder)
    assert study.choose is not None
    for group in choosing_groups(study):
        rows = []
        for form in study.forms_in(group.condition):
            config = study.config(group.condition, form, fold=group.fold, seed=group.seed)
            ratio = 0.5 if has_weight_to_choose(form, config, study.choose) else None
            for one in candidates(study.choose, ratio):
                off = abs(np.log10((one.multiple or 1.0) / CHOSEN_MULTIPLE))
                off += abs(np.log10(one.learning_rate / CHOSEN_RATE))
                rows.append(
                    {
                        "form": form,
                        "learning_rate": one.learning_rate,
                        "multiple": one.multiple,
                        "factor": one.factor,
                        "best_step": 50,
                        "steps": 100,
                        CRITERION: round(0.7 - 0.01 * off + 0.001 * (group.seed - 100), 6),
                        "error": "",
                    }
                )
        file = selection_file(group, folder)
        file.parent.mkdir(exist_ok=True)
        pd.DataFrame(rows).to_csv(file, index=False)
    choose(study, folder)
    return study


def made_study(folder: Path, *, trials: int | None = None) -> FoldStudy:
    """Writes a study with its results, or those of the first `trials` trials."""
    study = write_choices(folder)
    for trial in trials_in(folder)[:trials]:
        said = {} if trial.plain else {"best_step": 75, "criterion": 0.7, "steps": 150}
        seconds = 1.5 if trial.plain else 12.0
        write_result(trial, scores_of(trial), folder, seconds=seconds, training=said)
    return study


def trials_in(folder: Path) -> list[Trial]:
    """Returns the trials of the study in a folder, in the order in which they are done."""
    from tomclip.studies.choosing import read_choices

    study = read_fold_study(folder / FILE)
    choices = read_choices(study, folder)
    assert choices is not None
    return [one for group in groups_of(study) for one in trials_of(study, group, choices)]


def top1(trial: Trial) -> float:
    """Returns the made top-1 of a trial, mean of the languages, in per cent."""
    gain, of_folds = GAINS[trial.form]
    group = trial.group
    level = LEVELS.get(group.condition, LEVELS[WITHOUT])
    of_data = 1.5 * (group.fold - 1) + 0.3 * group.seed
    return level + of_data + gain + of_folds[group.fold]


def scores_of(trial: Trial) -> Scores:
    """Returns every score of a trial; each is a multiple of its top-1."""
    level = top1(trial)
    emoji = {"zero_shot_top1": _by_language(level)}
    for name, factor in OTHER_SCORES.items():
        shift = 10.0 if factor < 0 else 0.0
        emoji[name] = _by_language(shift + factor * level, factor)
    icons = {name: _by_language(0.5 * level * k) for name, k in _ICON_SCORES.items()}
    return {EMOJI: emoji, ICONS: icons}


_ICON_SCORES = {"zero_shot_top1": 1.0, "zero_shot_top5": 1.6}


def _by_language(mean: float, factor: float = 1.0) -> dict[str, float]:
    off = {"en": IN_ENGLISH * factor, "ko": IN_KOREAN * factor}
    return {**{code: mean + off.get(code, 0.0) for code in LANGUAGES}, MEAN: mean}
