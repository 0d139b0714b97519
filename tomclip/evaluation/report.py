"""What one evaluation found: scores, how they were made, and the rank of every item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import Shown, titled_table
from tomclip.core.scores import MEAN, score_kind
from tomclip.core.types import Score
from tomclip.evaluation.metrics.ranking import hits, hits_per_item

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from tomclip.figures import FigureContext

SCHEMA = 1

_T = TypeVar("_T")
Ranks = Mapping[str, Mapping[str, tuple[int, ...]]]
LIBRARIES = ("tomclip", "numpy", "torch", "open_clip_torch", "transformers", "gudhi")


@dataclass(frozen=True, slots=True, repr=False)
class EvaluationReport(Shown):
    """The scores of one encoder on one data set.

    `data` names the data set: "emoji", or a benchmark, whose items are its pictures; a benchmark
    has no `rendering` and its subset is "all". `settings` holds every choice that a number depends
    on, `versions` the libraries that made it.

    `ranks[task][language]` gives the rank, from 1, of the right answer for each of `concept_ids`;
    paired comparisons start from it. Where the queries are not those items one by one, but their
    captions or only some of them, `owners[task][language]` gives the item's place in `concept_ids`
    for each rank.
    """

    encoder: str
    subset: str
    rendering: str
    n_concepts: int
    scores: tuple[Score, ...]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    concept_ids: tuple[str, ...] = ()
    ranks: Ranks = field(default_factory=dict)
    data: str = "emoji"
    owners: Ranks = field(default_factory=dict)

    def score(self, name: str, language: str = MEAN) -> Score:
        """Returns one score.

        Raises:
            InputError: when the report has no such score in that language.
        """
        for score in self.scores:
            if (score.name, score.language) == (name, language):
                return score
        known = ", ".join(dict.fromkeys(score.name for score in self.scores))
        raise InputError(f"no score {name!r} for language {language!r}; the report has {known}")

    @property
    def items_title(self) -> str:
        """What its items are called; reports of earlier versions do not say it."""
        return self.settings.get("items", "concepts" if self.rendering else "pictures")

    def hits(self, task: str, language: str = MEAN) -> np.ndarray:
        """Returns (n, len(ks)) hits of each concept in per cent; `mean` averages over languages.

        Where an item has several queries or none, the values are those of `hits_per_item`.

        Raises:
            InputError: when the report was read without its ranks, or lacks the task or language.
        """
        by_language = self.ranks.get(task, {})
        chosen = list(by_language) if language == MEAN else [language]
        if not by_language or any(code not in by_language for code in chosen):
            raise InputError(
                f"the report of '{self.encoder}' has no ranks for {task!r} in {language!r}; "
                "evaluate again, or keep the ranks when saving (per_item=True)"
            )
        return np.mean([self._hits_in(task, code) for code in chosen], axis=0)

    def _hits_in(self, task: str, language: str) -> np.ndarray:
        values = hits(self.ranks[task][language], self.settings["ks"])
        owners = self.owners.get(task, {}).get(language)
        return values if owners is None else hits_per_item(values, owners, len(self.concept_ids))

    def without_shapes(self) -> EvaluationReport:
        """Returns the report as if no reference had been asked for: accuracies and recalls only."""
        accuracies = tuple(s for s in self.scores if score_kind(s.name).is_share)
        return replace(self, scores=accuracies, settings={**self.settings, "references": []})

    def __repr__(self) -> str:
        languages = len({score.language for score in self.scores} - {MEAN})
        items = f"{self.data}, {self.n_concepts:,} items in {languages} languages"
        return f"EvaluationReport({self.encoder!r}, {items}, {len(self.scores)} scores)"

    def _repr_html_(self) -> str:
        return titled_table(repr(self), self.table())

    def plot(self, score: str | None = None, **options: Any) -> go.Figure:
        """Returns one score by language, with its intervals where it has them.

        Args:
            score: The score's name; None for the first.
            options: Those of `figures.accuracy_figure`, or of `shape_figure` off per cent.

        Raises:
            InputError: when the report has no such score.
        """
        from tomclip.figures import accuracy_figure, shape_figure

        rows = self._rows_of(score)
        unit, better = str(rows["unit"].iloc[0]), bool(rows["higher_is_better"].iloc[0])
        label = score_kind(str(rows["name"].iloc[0])).title
        given: dict[str, Any] = {"context": self._context(), "label": label, "unit": unit}
        if unit == "%":
            return accuracy_figure(rows, **given | options)
        given["higher_is_better"] = better
        return shape_figure(rows, **given | options)

    def _rows_of(self, score: str | None) -> pd.DataFrame:
        table = self.to_frame()
        names = list(dict.fromkeys(table["name"])) if len(table) else []
        chosen = score or next(iter(names), "")
        if chosen not in names:
            raise InputError(
                f"score is {chosen!r}; the report has {', '.join(names) or 'no scores'}"
            )
        return table[table["name"] == chosen].assign(encoder=self.encoder)

    def _context(self) -> FigureContext:
        from tomclip.figures.style.context import LANGUAGE_NAMES, FigureContext

        return FigureContext(
            encoders={self.encoder: self.encoder},
            metric="",
            n_points=self.n_concepts,
            languages=LANGUAGE_NAMES,
        )

    def to_frame(self) -> pd.DataFrame:
        """Returns one row per score, with every field of `Score` as a column."""
        import pandas as pd

        return pd.DataFrame([asdict(score) for score in self.scores])

    def table(self) -> pd.DataFrame:
        """Returns values with one row per language (`mean` last) and one column per score name.

        A score that a language does not have (the shape of English against itself) is NaN.
        """
        rows = dict.fromkeys(score.language for score in self.scores)
        columns = dict.fromkeys(score.name for score in self.scores)
        wide = self.to_frame().pivot(index="language", columns="name", values="value")
        return wide.reindex(index=list(rows), columns=list(columns))

    def to_dict(self, *, per_item: bool = False) -> dict[str, Any]:
        """Returns plain JSON values; `from_dict` reads them back. NaN becomes None.

        Args:
            per_item: whether to keep the rank of every concept, which paired comparisons need.
        """
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "data": self.data,
            "encoder": self.encoder,
            "subset": self.subset,
            "rendering": self.rendering,
            "n_concepts": self.n_concepts,
            "settings": dict(self.settings),
            "versions": dict(self.versions),
            "scores": [_without_nan(asdict(score)) for score in self.scores],
        }
        if per_item:
            values["concept_ids"] = list(self.concept_ids)
            values["ranks"] = _nested(self.ranks, list)
            values["owners"] = _nested(self.owners, list)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> EvaluationReport:
        """Returns the report that `to_dict` described.

        Raises:
            InputError: when a key is missing or the schema is another one.
        """
        if values.get("schema") != SCHEMA:
            raise InputError(
                f"the report has schema {values.get('schema')!r}; "
                f"this version reads {SCHEMA}, evaluate again"
            )
        try:
            return _report_from(values)
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"the report cannot be read ({type(error).__name__}: {error}); evaluate again"
            ) from error


def library_versions() -> dict[str, str]:
    """Returns the installed version of each library that a score depends on."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def _report_from(values: Mapping[str, Any]) -> EvaluationReport:
    return EvaluationReport(
        encoder=values["encoder"],
        subset=values["subset"],
        rendering=values["rendering"],
        n_concepts=values["n_concepts"],
        scores=tuple(Score(**_with_nan(score)) for score in values["scores"]),
        settings=dict(values["settings"]),
        versions=dict(values["versions"]),
        concept_ids=tuple(values.get("concept_ids", ())),
        ranks=_nested(values.get("ranks", {}), tuple),
        data=values.get("data", "emoji"),
        owners=_nested(values.get("owners", {}), tuple),
    )


def _nested(
    by_task: Mapping[str, Mapping[str, Iterable[int]]], collect: Callable[[Iterable[int]], _T]
) -> dict[str, dict[str, _T]]:
    return {
        task: {language: collect(items) for language, items in by_language.items()}
        for task, by_language in by_task.items()
    }


def _without_nan(score: dict[str, Any]) -> dict[str, Any]:
    return {key: None if value != value else value for key, value in score.items()}


def _with_nan(score: Mapping[str, Any]) -> dict[str, Any]:
    return {key: float("nan") if value is None else value for key, value in score.items()}
