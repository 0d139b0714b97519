"""The trials of a study: one form of training, one condition, one fold held out, one seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product

from tomclip.config import TrainConfig
from tomclip.config.fields import LONGEST_NAME
from tomclip.evaluation.studies.plan import slug
from tomclip.studies.settings import Choices
from tomclip.studies.study import FoldStudy, Plain


@dataclass(frozen=True, slots=True)
class Group:
    """Trials that read the same data: one condition, one fold, one seed."""

    condition: str
    fold: int
    seed: int

    @property
    def name(self) -> str:
        """What its files are called."""
        parts = (slug(self.condition), f"fold{self.fold}", f"seed{self.seed}")
        return "-".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of a study.

    Attributes:
        name: that of its result's file.
        group: which data it reads.
        form: title.
        config: of training; a closed-form baseline reads its data alone.
        plain: which closed form it is, "" when it is trained.
    """

    name: str
    group: Group
    form: str
    config: TrainConfig
    plain: Plain | None = None


def groups_of(study: FoldStudy, condition: str | None = None) -> tuple[Group, ...]:
    """Returns the groups of the confirmation: fold by fold, seed by seed, every condition of each.

    A study that is interrupted has so compared the same everywhere.
    """
    titles = study.conditions if condition is None else (condition,)
    return tuple(
        Group(title, fold, seed) for fold, seed, title in product(study.folds, study.seeds, titles)
    )


def choosing_groups(study: FoldStudy) -> tuple[Group, ...]:
    """Returns the groups that choose settings; none when the study chooses none."""
    if study.choose is None:
        return ()
    titles = [title for title, one in study.conditions.items() if one.settings_of is None]
    return tuple(
        Group(title, fold, seed)
        for fold, seed, title in product(study.choose.folds, study.choose.seeds, titles)
    )


def trials_of(study: FoldStudy, group: Group, choices: Choices) -> tuple[Trial, ...]:
    """Returns the trials of a group: the forms in their order, then the closed-form baselines.

    Args:
        study: Which forms.
        group: One of `groups_of`.
        choices: What was chosen; forms that are not in it keep their own settings.

    Raises:
        ConfigError: when a form's changes are not accepted.
    """
    condition = group.condition
    chosen = choices.get(study.conditions[condition].settings_of or condition, {})
    found = []
    for form in study.forms_in(condition):
        config = _config(study, group, form, form)
        found.append(
            Trial(
                config.name,
                group,
                form,
                chosen[form].applied(config) if form in chosen else config,
            )
        )
    for title in study.plain_in(condition):
        config = _config(study, group, None, title)
        found.append(Trial(config.name, group, title, config, study.plain[title]))
    return tuple(found)


def _config(study: FoldStudy, group: Group, form: str | None, title: str) -> TrainConfig:
    name = _short(f"{slug(title)}-{group.name}")
    return study.config(group.condition, form, fold=group.fold, seed=group.seed, name=name)


def _short(name: str) -> str:
    """Returns a name that a configuration accepts: of a long one its head and a hash of it all."""
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9]}-{digest}"
