"""A language that an encoder does not read: all of its texts have one vector, and no shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.emoji_doubles import EncoderDoubles, tiny_dataset

from tomclip.core.types import Embeddings
from tomclip.evaluation import EmojiTask, EvaluationReport, compare_reports, evaluate
from tomclip.evaluation.shapes import languages_without_shape

SHAPE = "wasserstein_h0"


class DeafToGerman(EncoderDoubles):
    """Of these encoders the baseline holds every German text to be the same."""

    def cached_text_embeddings(
        self, name: str, texts: Sequence[str], *, language: str = "en", **options: Any
    ) -> Embeddings:
        found = super().cached_text_embeddings(name, texts, language=language, **options)
        if (name, language) != ("baseline", "de"):
            return found
        return replace(found, vectors=np.repeat(found.vectors[:1], len(found), axis=0))


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, EvaluationReport]:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    DeafToGerman().install(monkeypatch)
    return {
        name: evaluate(name, EmojiTask(tiny_dataset()), ks=(1,)) for name in ("baseline", "better")
    }


def test_its_accuracy_is_measured_and_the_mean_shape_is_of_the_others(
    reports: dict[str, EvaluationReport],
) -> None:
    report = reports["baseline"]
    shapes = {one.language: one.value for one in report.scores if one.name == SHAPE}
    assert set(shapes) == {"ko", "mean"}
    assert shapes["mean"] == shapes["ko"]
    assert report.score("text_to_image_recall_at_1", "de").value < 100 / 40 + 1e-9
    assert languages_without_shape(report) == ("de",)
    assert languages_without_shape(reports["better"]) == ()


@pytest.mark.parametrize("first", ["baseline", "better"])
def test_a_mean_over_other_languages_is_not_compared(
    reports: dict[str, EvaluationReport], first: str
) -> None:
    (second,) = set(reports) - {first}
    table = compare_reports(reports[first], [reports[second]])
    assert list(table.loc[table["name"] == SHAPE, "language"]) == ["ko"]
    accuracies = table.loc[table["name"] == "text_to_image_recall_at_1", "language"]
    assert list(accuracies) == ["en", "ko", "de", "mean"]
