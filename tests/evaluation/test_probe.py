"""The probe of a student in training: what it records of concepts that training never sees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.emoji_doubles import EncoderDoubles, as_embeddings, concept_vectors

from tomclip.config import parse_config
from tomclip.core.sampled_scores import SAMPLED
from tomclip.core.types import Embeddings
from tomclip.evaluation import (
    MEAN,
    EvaluationSettings,
    emoji_task,
    evaluate_vectors,
    student_vectors,
)
from tomclip.evaluation.probe import unseen_probe
from tomclip.runs import RunDirectory, read_snapshot
from tomclip.topology import persistence_diagrams


class StudentDouble:
    """A student in training whose Korean is exact and whose English is not."""

    name, dimension = "run", 8

    def __init__(self) -> None:
        self.calls: list[str] = []

    def embed_texts(self, texts: Any, *, language: str, ids: Any, labels: Any) -> Embeddings:
        self.calls.append(f"{self.name} text {language}")
        rows = [int(text.split()[-1]) for text in texts]
        vectors = concept_vectors()[rows]
        vectors = vectors if language == "ko" else np.roll(vectors, 1, axis=0)
        return as_embeddings(vectors, labels, language=language, encoder=self.name)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Mapping[str, Any], list]:
    """What the probe returned for the double at step 3 of the run `tmp_path`, and its calls."""
    doubles = EncoderDoubles().install(monkeypatch)
    config = parse_config({"teacher": "teacher", "data": {"languages": ["en", "ko"]}})
    student = StudentDouble()
    values = unseen_probe(config)(student, 3, RunDirectory(tmp_path))  # type: ignore[arg-type]
    return values, [*doubles.calls, *student.calls]


def test_probe_scores_a_student_in_training_per_language(probed: tuple) -> None:
    values, _ = probed
    assert values["zero_shot_top1"] == {"ko": 100.0, "en": 0.0, "mean": 50.0}
    h0 = values["wasserstein_h0_to_teacher"]
    assert h0["ko"] == pytest.approx(0.0, abs=1e-6)
    assert h0["mean"] == pytest.approx((h0["en"] + h0["ko"]) / 2)


def test_probe_finds_what_an_evaluation_finds(probed: tuple) -> None:
    values, _ = probed
    task = emoji_task("unseen")
    vectors = student_vectors(StudentDouble(), "teacher", task)  # type: ignore[arg-type]
    settings = EvaluationSettings(("en", "ko"), references=("teacher",))
    report = evaluate_vectors(vectors, task, settings)
    assert {"linear_cka_to_teacher", "wasserstein_h1_to_teacher"} <= set(values)
    assert set(SAMPLED) <= set(values)
    for name in values.keys() - SAMPLED.keys():
        by_language = values[name]
        assert by_language == {code: report.score(name, code).value for code in by_language}
        assert set(by_language) == {"en", "ko", MEAN}


def test_probe_embeds_every_text_once_and_the_teacher_s_english(probed: tuple) -> None:
    _, calls = probed
    assert sorted(call for call in calls if "text" in call) == [
        "run text en",
        "run text ko",
        "teacher text en",
    ]


def test_probe_leaves_the_diagrams_of_every_language_in_the_run(
    probed: tuple, tmp_path: Path
) -> None:
    snapshot = read_snapshot(tmp_path, 3)
    assert snapshot.languages == ("en", "ko")
    assert snapshot.concepts.tolist() == list(range(26, 40))
    expected = persistence_diagrams(concept_vectors()[26:].astype(np.float32))
    for found, diagram in zip(snapshot.diagrams["ko"], expected, strict=True):
        np.testing.assert_allclose(found.pairs, diagram.pairs, rtol=1e-6)
    np.testing.assert_allclose(snapshot.vectors["ko"], concept_vectors()[26:], atol=1e-3)
