"""Every score that is measured anywhere: its name, titles, unit, direction and digits.

A name is a pattern with a number ("zero_shot_top5"), a shape with the cloud that it was compared
with ("wasserstein_h0", "wasserstein_h0_to_teacher"), a number of the validation, or of the sample
that light probes measure ("sampled_zero_shot_top1").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from tomclip.core.errors import InputError
from tomclip.core.formatting import decimal
from tomclip.core.sampled_scores import SAMPLED
from tomclip.core.shape_scores import DISTANCE, SHAPES, Bounds

if TYPE_CHECKING:
    from tomclip.core.types import Metric, Score

MEAN = "mean"
"""The language code of a score that is the mean over the languages."""
EVERY_CLASS = "every class"
"""Stands in tables for all groups of classes together."""
TO_TEACHER = "_to_teacher"
ABOVE_CHANCE = "_above_chance"
"""What the name of a likeness of two clouds ends in when its mean under shuffled items is off."""
CALIBRATED = ("linear_cka", "mutual_knn")
"""The shape scores that there are above chance too."""
SHAPE_SCORES: tuple[str, ...] = tuple(SHAPES)
"""In the order of the report; `language_gap` only with "cosine" and clouds of one dimension."""

Family: TypeAlias = Literal[
    "zero_shot",
    "text_to_image",
    "image_to_text",
    "text_to_english",
    "english_to_text",
    "diagrams",
    "matched",
    "validation",
    "sampled",
]
Reference: TypeAlias = Literal["english", "teacher"]

HIT_NAMES: Mapping[str, str] = {
    "zero_shot": "zero_shot_top{k}",
    "text_to_image": "text_to_image_recall_at_{k}",
    "image_to_text": "image_to_text_recall_at_{k}",
    "text_to_english": "text_to_english_recall_at_{k}",
    "english_to_text": "english_to_text_recall_at_{k}",
}
"""By what is asked, the name of the share of queries with a right answer among the first k."""
AGAINST_ENGLISH: tuple[str, ...] = ("text_to_english", "english_to_text")
"""What is asked of texts alone: texts are found by the English ones of their items, and back."""
_HIT_TITLES: Mapping[Family, tuple[str, str, str]] = {
    "zero_shot": ("zero-shot top-{k}", "top-{k}", "the right name"),
    "text_to_image": ("text → picture recall@{k}", "recall@{k}", "the right picture"),
    "image_to_text": ("picture → text recall@{k}", "recall@{k}", "a right caption"),
    "text_to_english": ("text → English recall@{k}", "recall@{k}", "the right English text"),
    "english_to_text": ("English → text recall@{k}", "recall@{k}", "a right text"),
}
FAMILY_TITLES: Mapping[Family, str] = {
    "zero_shot": "Zero-shot accuracy",
    "text_to_image": "Text-to-image recall",
    "image_to_text": "Image-to-text recall",
    "text_to_english": "Text-to-English recall",
    "english_to_text": "English-to-text recall",
    "diagrams": "Diagrams",
    "matched": "Concept by concept",
    "validation": "Validation",
    "sampled": "In a sample",
}
REFERENCE_TITLES: Mapping[Reference, str] = {
    "english": "its own English",
    "teacher": "the teacher's English",
}
REFERENCES: tuple[Reference, ...] = get_args(Reference)
ENDINGS: Mapping[Reference, str] = {"english": "", "teacher": TO_TEACHER}
"""What a shape score's name ends in, by the cloud that it was compared with."""


@dataclass(frozen=True, slots=True)
class ScoreKind:
    """What is known of a score beside its value.

    Attributes:
        name: in reports, tables and events.
        title: as it stands within a sentence, whole.
        short_title: the same for a panel or a tile.
        column: the same within a table whose title names the family and the reference.
        explanation: what one looks at, in a few words.
        unit: "%", `DISTANCE`, or "" for a number without one.
        bounds: the lowest and the highest value there can be; None where there is no bound.
        higher_is_better: the direction.
        digits: decimals to write.
        family: which scores it stands beside.
        reference: the cloud that a shape is compared with; None for other scores.
        k: how many places count, for shares of right answers; 0 for others.
    """

    name: str
    title: str
    short_title: str
    column: str
    explanation: str
    unit: str
    bounds: Bounds
    higher_is_better: bool
    digits: int
    family: Family
    reference: Reference | None = None
    k: int = 0

    @property
    def is_share(self) -> bool:
        """Whether it is a share of queries in per cent, with an interval and a level of chance."""
        return self.k > 0

    def unit_in(self, metric: str) -> str:
        """Returns the unit as it is written, such as "cosine distance"."""
        if self.unit == DISTANCE:
            return f"{metric} distance" if metric else DISTANCE
        return self.unit

    def scale_in(self, metric: str) -> str:
        """Returns the unit, or the range of a number without one, such as "0 to 1"."""
        low, high = self.bounds
        if self.unit or low is None or high is None:
            return self.unit_in(metric)
        return f"{low:g} to {high:g}"

    def written(self, value: float, *, signed: bool = False) -> str:
        """Returns the value with its digits, without the unit; what rounds to 0 has no sign."""
        return decimal(value, self.digits, signed=signed, minus="-")

    def score(
        self,
        value: float,
        *,
        language: str,
        n: int,
        metric: Metric = "cosine",
        interval: tuple[float, float] = (float("nan"), float("nan")),
    ) -> Score:
        """Returns a measured value of this kind.

        Args:
            value: what was measured.
            language: code, or `MEAN`.
            n: how many items were used.
            metric: whose unit a distance has.
            interval: at 95 %; NaN when it was not bootstrapped.
        """
        low, high = interval
        from tomclip.core.types import Score

        return Score(
            name=self.name,
            value=float(value),
            unit=self.unit_in(metric),
            higher_is_better=self.higher_is_better,
            ci_low=low,
            ci_high=high,
            n=n,
            language=language,
        )


def score_kind(name: str) -> ScoreKind:
    """Returns what is known of a score.

    Raises:
        InputError: when no score has this name.
    """
    found = find_score_kind(name)
    if found is None:
        raise InputError(
            f"there is no score {name!r}; use zero_shot_top1, text_to_image_recall_at_1, "
            f"image_to_text_recall_at_1 (each with any k), {', '.join(SHAPE_SCORES)} (each also "
            f"with {TO_TEACHER}), {', '.join(SAMPLED)}, or {', '.join(_VALIDATION)}"
        )
    return found


@lru_cache(maxsize=256)
def find_score_kind(name: str) -> ScoreKind | None:
    """Returns what is known of a score, or None when no score has this name."""
    for asked in _HIT_TITLES:
        if match := re.fullmatch(HIT_NAMES[asked].replace("{k}", "([1-9][0-9]*)"), name):
            return _hit_kind(asked, name, int(match[1]))
    if name.endswith(ABOVE_CHANCE):
        return _above_chance(name)
    shape = name.removesuffix(TO_TEACHER)
    if shape in SHAPES:
        return _shape_kind(shape, "english" if shape == name else "teacher")
    return _sampled_kind(name) if name in SAMPLED else _VALIDATION.get(name)


def hit_name(asked: str, k: int) -> str:
    """Returns the name of a share of right answers.

    Args:
        asked: a key of `HIT_NAMES`.
        k: how many places count.
    """
    return HIT_NAMES[asked].format(k=k)


def capitalised(title: str) -> str:
    """Returns a title with its first letter in upper case and the others as they are."""
    return title[:1].upper() + title[1:]


def _hit_kind(asked: Family, name: str, k: int) -> ScoreKind:
    title, column, right = (text.format(k=k) for text in _HIT_TITLES[asked])
    explanation = f"{right} {'comes first' if k == 1 else f'is in the first {k}'}"
    return ScoreKind(name, title, title, column, explanation, "%", (0, 100), True, 1, asked, k=k)


def _shape_kind(shape: str, reference: Reference) -> ScoreKind:
    known = SHAPES[shape]
    short = "English" if reference == "english" else "the teacher"
    return ScoreKind(
        name=shape + ENDINGS[reference],
        title=f"{known.title} to {short}" + ("'s English" if reference == "teacher" else ""),
        short_title=f"{known.column} to {short}",
        column=known.column,
        explanation=known.explanation,
        unit=known.unit,
        bounds=known.bounds,
        higher_is_better=known.higher_is_better,
        digits=4,
        family="diagrams" if known.unit == DISTANCE else "matched",
        reference=reference,
    )


def _above_chance(name: str) -> ScoreKind | None:
    """Returns the kind of a shape score less what shuffled items give."""
    whole = name.removesuffix(ABOVE_CHANCE)
    if whole.removesuffix(TO_TEACHER) not in CALIBRATED:
        return None
    kind = find_score_kind(whole)
    assert kind is not None
    return replace(
        kind,
        name=name,
        title=f"{kind.title}, above chance",
        short_title=f"{kind.short_title}, above chance",
        column=f"{kind.column} above chance",
        explanation=f"{kind.explanation}, less the mean under shuffled concepts",
        bounds=(-1, 1),
    )


def _sampled_kind(name: str) -> ScoreKind:
    title, short, explanation, unit, bounds, higher, digits, k = SAMPLED[name]
    return ScoreKind(
        name, title, short, short, explanation, unit, bounds, higher, digits, "sampled", k=k
    )


def _validation(name: str, title: str, explanation: str, bounds: Bounds, higher: bool) -> ScoreKind:
    return ScoreKind(name, title, title, title, explanation, "", bounds, higher, 4, "validation")


_VALIDATION: Mapping[str, ScoreKind] = {
    kind.name: kind
    for kind in (
        _validation(
            "mean_reciprocal_rank",
            "mean reciprocal rank",
            "1 / rank of the right English caption",
            (0, 1),
            True,
        ),
        _validation(
            "pointwise_mse",
            "mean squared error",
            "how far a student's vector is from its target",
            (0, None),
            False,
        ),
        _validation(
            "cosine", "cosine", "how far a student's vector points like its target", (-1, 1), True
        ),
    )
}
