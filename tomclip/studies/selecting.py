"""Trains the candidates of a study's settings, and writes what they scored."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tomclip.config import TrainConfig
from tomclip.core.files.atomic import write_errors, write_json_atomically, write_text_atomically
from tomclip.core.progress import OnProgress
from tomclip.studies.choosing import CRITERION, ratios_file, ratios_of, selection_file
from tomclip.studies.settings import Settings, candidates, has_weight_to_choose
from tomclip.studies.study import FoldStudy
from tomclip.studies.trials import Group
from tomclip.training.heads.shared_start import Beginning
from tomclip.training.heads.side_by_side import gradient_ratio, train_heads


def measure_ratios(study: FoldStudy, group: Group, beginning: Beginning, directory: Path) -> None:
    """Writes `gradient_ratio` of every form of the group whose weight is chosen."""
    found = {
        form: gradient_ratio(beginning, config.loss)
        for form, config in _forms(study, group).items()
        if _has_weight(study, form, config)
    }
    file = ratios_file(group, directory)
    with write_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(file, found)


def try_candidates(
    study: FoldStudy,
    group: Group,
    beginning: Beginning,
    directory: Path,
    *,
    should_stop: Callable[[], bool] | None = None,
    on_progress: OnProgress | None = None,
) -> bool:
    """Trains all candidates of all forms and writes their scores; returns whether it came to that.

    Raises:
        RunError: when ratios are missing, or the folder cannot be written.
    """
    import pandas as pd

    tried = _candidates(study, group, directory)
    configs = [settings.applied(config) for _, settings, config in tried]
    heads = train_heads(beginning, configs, should_stop=should_stop, on_progress=on_progress)
    if heads is None:
        return False
    rows = [
        {
            "form": form,
            **asdict(settings),
            "best_step": head.best_step,
            "steps": head.steps,
            CRITERION: head.best_score,
            "error": head.error,
        }
        for (form, settings, _), head in zip(tried, heads, strict=True)
    ]
    text = io.StringIO()
    pd.DataFrame(rows).to_csv(text, index=False, float_format="%.6g")
    file = selection_file(group, directory)
    with write_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(file, text.getvalue())
    return True


def _forms(study: FoldStudy, group: Group) -> Mapping[str, TrainConfig]:
    return {
        form: study.config(group.condition, form, fold=group.fold, seed=group.seed)
        for form in study.forms_in(group.condition)
    }


def _has_weight(study: FoldStudy, form: str, config: TrainConfig) -> bool:
    assert study.choose is not None
    return has_weight_to_choose(form, config, study.choose)


def _candidates(
    study: FoldStudy, group: Group, directory: Path
) -> Sequence[tuple[str, Settings, TrainConfig]]:
    assert study.choose is not None
    ratios = ratios_of(study, group.condition, directory)
    return [
        (form, settings, config)
        for form, config in _forms(study, group).items()
        for settings in candidates(study.choose, ratios.get(form))
    ]
