"""What a study over folds compares, and how settings are chosen: its YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from tomclip.config import TrainConfig, change_config, load_config
from tomclip.config.fields import STRICT
from tomclip.config.refusal import refusal
from tomclip.core.errors import ConfigError, TomclipError, first_line
from tomclip.core.files.atomic import write_errors, write_text_atomically
from tomclip.core.paths import studies_directory, user_path
from tomclip.core.reading.text import read_text
from tomclip.core.reading.yaml_text import parse_yaml
from tomclip.data.emoji import FOLDS
from tomclip.evaluation.studies.plan import slug

FILE = "study.yaml"
Changes = Mapping[str, Any]
"""Dotted keys of a configuration with their values."""
Plain = Literal["ridge", "procrustes", "centring and ridge", "low-rank repair"]
Positive = Annotated[float, Field(gt=0.0)]


@dataclass(frozen=True, config=STRICT)
class Condition:
    """Data under which forms are compared.

    Attributes:
        changes: of the configuration.
        forms: titles of those that are compared; None: all.
        plain: whether the closed-form baselines are fitted too.
        settings_of: the condition whose chosen settings hold here; None: settings are chosen here,
            if the study chooses any.
    """

    changes: Changes = field(default_factory=dict)
    forms: tuple[str, ...] | None = None
    plain: bool = True
    settings_of: str | None = None


@dataclass(frozen=True, config=STRICT)
class Choosing:
    """How every form's weight and learning rate are chosen, on validation concepts alone.

    Attributes:
        folds, seeds: of the runs that choose; none of the seeds is one of the confirmation's.
        multiples: of the weight at which a form's structural terms pull as hard as the point-wise
            part at the beginning.
        learning_rates: tried with every multiple. A form without a weight to choose tries as many
            settings: learning rates over the same range.
        keep_weights: titles of forms whose weights stay as they stand.
    """

    folds: tuple[int, ...]
    seeds: tuple[int, ...]
    multiples: tuple[Positive, ...]
    learning_rates: tuple[Positive, ...]
    keep_weights: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class FoldStudy:
    """What a study compares.

    Attributes:
        base: a configuration's file or name; every trial starts from it.
        forms: changes by title.
        baseline: the title that the others are held against.
        changes: of every trial.
        conditions: by title; forms are compared within each.
        plain: closed-form baselines by title.
        contrasts: by title, two conditions; the baseline's difference between them is tested.
        choose: how settings are chosen; None: they are those of the forms.
        folds: those that are held out, one after the other.
        seeds: of every form and fold.
    """

    base: str
    forms: Mapping[str, Changes]
    baseline: str
    changes: Changes = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=lambda: {"": Condition()})
    plain: Mapping[str, Plain] = field(default_factory=dict)
    contrasts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    choose: Choosing | None = None
    folds: tuple[int, ...] = tuple(range(FOLDS))
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    @model_validator(mode="after")
    def _comparable(self) -> FoldStudy:
        if self.baseline not in self.forms or len(self.forms) + len(self.plain) < 2:
            raise ValueError(
                f"baseline is {self.baseline!r}; name one of the forms, of which there are two or "
                f"more: {', '.join(self.forms) or 'none'}"
            )
        for titles, what in (
            ([*self.forms, *self.plain], "forms"),
            (self.conditions, "conditions"),
        ):
            if len({slug(title) for title in titles}) < len(titles):
                raise ValueError(f"two {what} have titles of the same letters; tell them apart")
        _require_each_once(self.folds, self.seeds)
        if len(self.folds) < 2:
            raise ValueError("give at least 2 folds and 1 seed, each seed once")
        if self.choose is not None:
            _require_each_once(self.choose.folds, self.choose.seeds)
            if set(self.choose.seeds) & set(self.seeds):
                raise ValueError("seeds that choose settings must not confirm; give others")
            _require_known("choose.keep_weights", self.choose.keep_weights, self.forms)
        return self

    @model_validator(mode="after")
    def _conditions_fit(self) -> FoldStudy:
        for title, condition in self.conditions.items():
            if condition.forms is not None:
                _require_known(f"the forms of {title!r}", condition.forms, self.forms)
                if self.baseline not in condition.forms:
                    raise ValueError(f"the forms of {title!r} lack the baseline; add it")
            if condition.settings_of is not None:
                _require_known("settings_of", (condition.settings_of,), self.conditions)
                source = self.conditions[condition.settings_of]
                if source.settings_of is not None:
                    raise ValueError(
                        f"{title!r} takes its settings from {condition.settings_of!r}, which "
                        "chooses none; name one that does"
                    )
        for pair in self.contrasts.values():
            _require_known("contrasts", pair, self.conditions)
        return self

    def forms_in(self, condition: str) -> tuple[str, ...]:
        """Returns the titles of the trained forms that a condition compares, in order."""
        chosen = self.conditions[condition].forms
        return tuple(title for title in self.forms if chosen is None or title in chosen)

    def plain_in(self, condition: str) -> tuple[str, ...]:
        """Returns the titles of the closed-form baselines that a condition compares."""
        return tuple(self.plain) if self.conditions[condition].plain else ()

    def config(
        self, condition: str, form: str | None, *, fold: int, seed: int, name: str = "trial"
    ) -> TrainConfig:
        """Returns a trial's configuration before settings are chosen; without a form, its data's.

        Raises:
            ConfigError: when a change is not accepted.
        """
        whole = self._of_form(condition, form)
        return replace(whole, name=name, seed=seed, data=replace(whole.data, fold=fold))

    def _of_form(self, condition: str, form: str | None) -> TrainConfig:
        """Returns what all trials of a form share, built once."""
        if (condition, form) not in self._built:
            changes = {**self.changes, **self.conditions[condition].changes}
            changes |= {} if form is None else self.forms[form]
            changes["validation.probe_every_steps"] = 0
            self._built[condition, form] = change_config(load_config(self.base), changes)
        return self._built[condition, form]

    @cached_property
    def _built(self) -> dict[tuple[str, str | None], TrainConfig]:
        return {}


_STUDY = TypeAdapter(FoldStudy)


def study_file(name: Path | str) -> Path:
    """Returns the file of a study: a path, or the name of one that ships."""
    path = user_path(name)
    shipped = studies_directory() / str(name) / FILE
    if not path.exists() and shipped.is_file():
        return shipped
    return path / FILE if path.is_dir() else path


def read_fold_study(path: Path) -> FoldStudy:
    """Returns the study in a YAML file.

    Raises:
        ConfigError: when it cannot be read, or a key or value is not accepted.
    """
    path = user_path(path)
    try:
        return _STUDY.validate_python(parse_yaml(read_text(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {refusal(error)}") from error
    except (OSError, TomclipError) as error:
        raise ConfigError(f"{path} cannot be read as a study: {first_line(error)}") from error


def keep_study_file(file: Path, directory: Path) -> None:
    """Copies a study's file into its folder, so that the folder says what its results are.

    Raises:
        RunError: when the folder cannot be written.
    """
    target, text = directory / FILE, read_text(user_path(file))
    if target.is_file() and read_text(target) == text:
        return
    with write_errors(target):
        directory.mkdir(parents=True, exist_ok=True)
        write_text_atomically(target, text)


def _require_each_once(folds: tuple[int, ...], seeds: tuple[int, ...]) -> None:
    if not set(folds) <= set(range(FOLDS)) or len(set(folds)) < len(folds):
        raise ValueError(f"folds are {folds}; use each at most once, from 0 to {FOLDS - 1}")
    if not seeds or len(set(seeds)) < len(seeds):
        raise ValueError("give at least 2 folds and 1 seed, each seed once")


def _require_known(what: str, titles: tuple[str, ...], known: Mapping[str, Any]) -> None:
    unknown = [title for title in titles if title not in known]
    if unknown:
        raise ValueError(f"{what} names {unknown[0]!r}; use titles among {', '.join(known)}")
