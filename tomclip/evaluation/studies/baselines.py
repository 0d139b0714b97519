"""The plain baselines of a study: fitted on what its recipes train on, beside its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tomclip.baselines import fit_baseline
from tomclip.core.errors import EncoderUnavailable
from tomclip.core.extras import MissingExtra
from tomclip.core.progress import OnProgress
from tomclip.evaluation.studies.experiments import BASELINE, PlainBaseline, Study
from tomclip.evaluation.studies.plan import PlannedRun, StudyPlan, best_student, slug


@dataclass(frozen=True, slots=True)
class FittedBaseline:
    """A plain baseline of one seed: what its row of the table is called, and its encoder."""

    run: PlannedRun
    encoder: str


def fit_baselines(
    study: Study, plan: StudyPlan, directory: Path, *, on_progress: OnProgress | None = None
) -> tuple[tuple[FittedBaseline, ...], Mapping[str, str]]:
    """Returns the study's baselines for every seed, and why others cannot be had, by title.

    Each is fitted on the data, for the teacher and with the seed of the run of `BASELINE`, whatever
    that run was changed to; it lies in a folder of its own beside the runs and is fitted anew every
    time, which takes seconds once the captions' vectors are in the cache.

    Args:
        study: Names the baselines.
        plan: Of the study; its runs of `BASELINE` have finished.
        directory: The study's folder.
        on_progress: Called with (baselines done, baselines in all).

    Raises:
        InputError: when there are too few pairs.
        RunError: when a folder cannot be written.
    """
    found: list[FittedBaseline] = []
    missing: dict[str, str] = {}
    runs = [run for run in plan.runs if run.recipe == BASELINE]
    asked = [(one, run) for one in study.baselines for run in runs]
    for place, (baseline, run) in enumerate(asked, start=1):
        if baseline.title not in missing:
            try:
                found.append(_fitted(baseline, run, directory))
            except (EncoderUnavailable, MissingExtra) as error:
                missing[baseline.title] = f"{baseline.title}: {error}"
        if on_progress is not None:
            on_progress(place, len(asked))
    return tuple(found), missing


def _fitted(baseline: PlainBaseline, run: PlannedRun, directory: Path) -> FittedBaseline:
    config = run.training()
    name = f"{slug(baseline.title)}-seed{run.seed}"
    made = fit_baseline(
        baseline.kind,
        baseline.source or str(best_student(run, directory)),
        teacher=config.teacher,
        data=config.data,
        seed=run.seed,
        anchor=baseline.anchor,
        directory=directory / name,
        force=True,
    )
    return FittedBaseline(PlannedRun(name, baseline.title, run.seed, run.config), str(made.path))
