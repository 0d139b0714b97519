"""The light probe: a fixed sample, measured from one batch of names and what was prepared once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from support.emoji_doubles import EncoderDoubles, as_embeddings, concept_vectors

from tomclip.config import parse_config
from tomclip.core.sampled_scores import SAMPLED
from tomclip.core.types import Embeddings
from tomclip.evaluation import emoji_task, light_probe
from tomclip.evaluation.light_probe import SampledProbe
from tomclip.evaluation.probe import UnseenProbe, unseen_probe
from tomclip.evaluation.tasks.emoji import EmojiTask
from tomclip.evaluation.vectors import pictures_of_items, teacher_english
from tomclip.runs import RunDirectory, snapshot_steps
from tomclip.topology import h0_diagram, wasserstein_distance

CONFIG = {"teacher": "teacher", "data": {"languages": ["en", "ko"]}}


class Polyglot:
    """A student that reads Korean exactly and takes every English name for the next concept's."""

    name, dimension, teacher_name, device, nbytes = "run", 8, "teacher", "cpu", 0

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def embed_texts(
        self, texts: Sequence[str], *, language: str = "en", ids: object = None, labels: object
    ) -> Embeddings:
        self.asked.append(list(texts))
        rows = [int(text.split()[1]) + (text.startswith("en")) for text in texts]
        return as_embeddings(
            concept_vectors()[np.mod(rows, 40)],
            [str(label) for label in labels],  # type: ignore[attr-defined]
        )


def sampled_probe(task: EmojiTask, *languages: str) -> SampledProbe:
    return SampledProbe(
        lambda: task,
        lambda: languages,
        lambda: pictures_of_items("teacher", task),
        lambda: teacher_english("teacher", task),
    )


@pytest.fixture
def doubles(monkeypatch: pytest.MonkeyPatch) -> EncoderDoubles:
    return EncoderDoubles().install(monkeypatch)


@pytest.fixture
def probe(doubles: EncoderDoubles) -> UnseenProbe:
    return unseen_probe(parse_config(CONFIG))


def test_a_light_probe_scores_each_language_of_the_sample(
    probe: UnseenProbe, tmp_path: Path
) -> None:
    values = probe.light(Polyglot(), 4, RunDirectory(tmp_path))  # type: ignore[arg-type]
    assert set(values) == set(SAMPLED)
    assert values["sampled_zero_shot_top1"] == {"en": 0.0, "ko": 100.0, "mean": 50.0}
    assert values["sampled_text_rank"]["ko"] == 1.0
    assert values["sampled_text_rank"]["en"] < 0.6
    assert values["sampled_wasserstein_h0"]["ko"] == pytest.approx(0.0, abs=1e-6)
    assert snapshot_steps(tmp_path) == ()


def test_the_languages_to_probe_may_be_others_than_those_that_are_read(
    doubles: EncoderDoubles, tmp_path: Path
) -> None:
    config = parse_config(
        {
            "teacher": "teacher",
            "data": {"languages": ["en"]},
            "validation": {"probe_languages": ["ko", "de"]},
        }
    )
    values = unseen_probe(config).light(Polyglot(), 0, RunDirectory(tmp_path))  # type: ignore[arg-type]
    assert set(values["sampled_text_rank"]) == {"ko", "de", "mean"}


def test_the_distance_is_the_exact_one_between_the_h0_diagrams(
    probe: UnseenProbe, tmp_path: Path
) -> None:
    values = probe.light(Polyglot(), 0, RunDirectory(tmp_path))  # type: ignore[arg-type]
    vectors = concept_vectors().astype(np.float32)
    shifted, teacher = np.roll(vectors, -1, axis=0)[26:], vectors[26:]
    expected = wasserstein_distance(h0_diagram(shifted), h0_diagram(teacher))
    assert values["sampled_wasserstein_h0"]["en"] == pytest.approx(expected, rel=1e-5)
    assert expected > 0


def test_all_names_are_embedded_at_once_and_the_rest_is_prepared_once(
    probe: UnseenProbe, doubles: EncoderDoubles, tmp_path: Path
) -> None:
    student = Polyglot()
    for step in range(3):
        probe.light(student, step, RunDirectory(tmp_path))  # type: ignore[arg-type]
    names = [f"{code} {row}" for code in ("en", "ko") for row in range(26, 40)]
    assert student.asked == [names] * 3
    assert sorted(doubles.calls) == ["teacher image held-out", "teacher text en"]


def test_the_sample_is_the_same_hundred_whatever_is_asked(
    doubles: EncoderDoubles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(light_probe, "SAMPLE", 5)
    first, again = Polyglot(), Polyglot()
    for student in (first, again):
        sampled_probe(emoji_task("unseen"), "ko").measured(student)  # type: ignore[arg-type]
    assert first.asked == again.asked
    assert len(set(first.asked[0])) == 5
    assert {int(text.split()[1]) for text in first.asked[0]} <= set(range(26, 40))


def test_vectors_of_a_full_probe_give_the_scores_of_a_light_one(
    doubles: EncoderDoubles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(light_probe, "SAMPLE", 6)
    task, student = emoji_task("unseen"), Polyglot()
    sampled = sampled_probe(task, "en", "ko")
    clouds = {
        code: student.embed_texts(
            [task.texts(code).texts[row] for row in task.items],
            labels=[task.texts(code).labels[row] for row in task.items],
        )
        for code in ("en", "ko")
    }
    light = sampled.measured(student)  # type: ignore[arg-type]
    full = sampled.scores_of(clouds)
    assert [(one.name, one.language, one.n) for one in full] == [
        (one.name, one.language, one.n) for one in light
    ]
    assert [one.value for one in full] == pytest.approx([one.value for one in light])
