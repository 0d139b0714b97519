"""Which scores a report tells of: what the verdict rests on, what the tables and figures show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tomclip.core.scores import ENDINGS, HIT_NAMES, MEAN, hit_name, score_kind
from tomclip.evaluation.comparison_table import ComparisonTable
from tomclip.evaluation.readings.tables import chosen_scores
from tomclip.evaluation.report import EvaluationReport

SHAPES = tuple(f"wasserstein_h0{ENDINGS[reference]}" for reference in ("teacher", "english"))
"""The shape scores that a verdict may rest on, the first that is measured."""


@dataclass(frozen=True, slots=True)
class Told:
    """The scores of a report.

    Attributes:
        asked: whose first answers the verdict counts, a key of `HIT_NAMES`; "" where two encoders
            have none in common.
        shape: the shape score that it rests on; "" as above.
        scores: names of those in the tables.
        note: which one is left out, being the same as another; "" where none is.
    """

    asked: str
    shape: str
    scores: tuple[str, ...]
    note: str

    @property
    def drawn(self) -> tuple[str, ...]:
        """Names of the scores that have figures."""
        accuracy = hit_name(self.asked, 1) if self.asked else ""
        return tuple(filter(None, (accuracy, self.shape)))

    def shared(self, differences: ComparisonTable) -> list[str]:
        """Returns the names of those of the tables that two encoders were measured for."""
        known = set(differences["name"])
        return [name for name in self.scores if name in known]


def told_of(reports: Sequence[EvaluationReport]) -> Told:
    """Returns which scores are told of; a headline that equals another everywhere is left out."""
    known = list(dict.fromkeys(score.name for report in reports for score in report.scores))
    kept: list[str] = []
    notes: list[str] = []
    for name in chosen_scores(known):
        twin = next((one for one in kept if _values(reports, one) == _values(reports, name)), None)
        if twin is None:
            kept.append(name)
        else:
            title, other = score_kind(name).title, score_kind(twin).title
            notes.append(f"{title} is left out: it equals {other} in every language here.")
    asked = _of_two(tuple(HIT_NAMES), lambda one, asked: asked in one.ranks, reports)
    shape = _of_two(SHAPES, has_shape, reports)
    return Told(asked, shape, tuple(kept), " ".join(text[0].upper() + text[1:] for text in notes))


def has_shape(report: EvaluationReport, name: str) -> bool:
    """Returns whether a report holds the shape score of any language."""
    return any(score.name == name and score.language != MEAN for score in report.scores)


def _values(reports: Sequence[EvaluationReport], name: str) -> dict[tuple[str, str], float]:
    return {
        (report.encoder, score.language): score.value
        for report in reports
        for score in report.scores
        if score.name == name
    }


def _of_two(
    names: Sequence[str],
    has: Callable[[EvaluationReport, str], bool],
    reports: Sequence[EvaluationReport],
) -> str:
    """Returns the first name that two of the reports have, "" where none is."""
    return next((name for name in names if sum(has(one, name) for one in reports) > 1), "")
