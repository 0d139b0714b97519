"""Icons as a task, on a tiny data set with encoders whose answers are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.benchmark_doubles import pictures_of
from support.emoji_doubles import EncoderDoubles, tiny_dataset

from tomclip.core.errors import InputError
from tomclip.data.icons import IconDataset
from tomclip.evaluation import TaskOptions, compare, evaluate, load_task, task_source
from tomclip.evaluation.tasks.icons import IconTask

CONCEPTS = np.array([3, 3, 3, 7, 12, 12, 20, 22, 22, 27, 27, 27, 30, 34, 39])
UNSEEN = np.array([27, 27, 27, 30, 34, 39])


def tiny_icons() -> IconDataset:
    return IconDataset(
        ids=tuple(f"set:{row}" for row in range(len(CONCEPTS))),
        sets=tuple("ab"[row % 2] for row in range(len(CONCEPTS))),
        concepts=CONCEPTS,
        images=pictures_of(CONCEPTS),
        emoji=tiny_dataset(),
        attribution=(),
    )


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return EncoderDoubles().install(monkeypatch)


def test_every_icon_is_asked_about_in_every_language() -> None:
    report = evaluate("baseline", IconTask(tiny_icons()), ks=(1, 2))
    assert list(report.table().index) == ["en", "ko", "de", "mean"]
    assert {score.name for score in report.scores} == {"zero_shot_top1", "zero_shot_top2"}
    score = report.score("zero_shot_top1", "ko")
    assert score.n == len(CONCEPTS)
    assert score.value == pytest.approx(
        100 * np.mean(np.array(report.ranks["zero_shot"]["ko"]) == 1)
    )


def test_candidates_are_the_concepts_that_are_drawn() -> None:
    task = IconTask(tiny_icons())
    texts = task.texts("ko")
    assert [texts.texts[row] for row in texts.rows] == [f"ko {c}" for c in np.unique(CONCEPTS)]
    report = evaluate("baseline", task, ks=(1,))
    assert report.settings["chance"]["zero_shot"]["ko"] == pytest.approx([100 / 9])


def test_a_teacher_that_knows_every_concept_names_every_icon() -> None:
    assert evaluate("teacher", IconTask(tiny_icons()), ks=(1,)).score(
        "zero_shot_top1", "de"
    ).value == pytest.approx(100.0)


def test_unseen_concepts_are_asked_and_offered_among_themselves() -> None:
    task = IconTask(tiny_icons(), "unseen")
    texts = task.texts("en")
    assert [texts.labels[row] for row in texts.rows] == ["id27", "id30", "id34", "id39"]
    report = evaluate("baseline", task, ks=(1,))
    assert report.subset == "unseen"
    assert report.n_concepts == len(UNSEEN)
    assert report.settings["concepts"] == 4
    assert sum(report.settings["sets"].values()) == len(UNSEEN)


def test_drawings_of_a_concept_are_drawn_together_in_the_bootstrap() -> None:
    texts = IconTask(tiny_icons(), "unseen").texts("en")
    assert texts.owners["zero_shot"].tolist() == [0, 0, 0, 3, 4, 5]
    icons = tiny_icons()
    many = replace(
        icons,
        ids=tuple(f"copy:{row}" for row in range(10 * len(CONCEPTS))),
        sets=icons.sets * 10,
        concepts=np.repeat(CONCEPTS, 10),
        images=pictures_of(np.repeat(CONCEPTS, 10)),
    )
    few_score, many_score = (
        evaluate("baseline", IconTask(one), languages=["ko"], ks=(1,)).score("zero_shot_top1", "ko")
        for one in (icons, many)
    )
    assert many_score.value == pytest.approx(few_score.value)
    width = [(s.ci_high or 0) - (s.ci_low or 0) for s in (few_score, many_score)]
    assert 0 < few_score.value < 100
    assert width[1] == pytest.approx(width[0], rel=0.35)


def test_an_icon_of_another_concept_is_evaluated_anew(doubles: EncoderDoubles) -> None:
    task = IconTask(tiny_icons())
    other = IconTask(replace(tiny_icons(), concepts=np.where(CONCEPTS == 39, 38, CONCEPTS)))
    assert task.digest(["en"], ["en"]) != other.digest(["en"], ["en"])
    assert task.digest(["en"], ["en"]) != IconTask(tiny_icons(), "unseen").digest(["en"], ["en"])


def test_encoders_are_compared_on_it() -> None:
    table = compare("baseline", ["better"], IconTask(tiny_icons()), languages=["de"], ks=(1,))
    assert (table["difference"] >= 0).all()


def test_it_is_known_by_its_name_and_takes_a_subset_and_no_rendering(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tomclip.data.icons.load_icons", tiny_icons)
    monkeypatch.setattr("tomclip.evaluation.tasks.icons.load_icons", tiny_icons)
    assert load_task("icons", TaskOptions(subset="unseen")).choices == {"subset": "unseen"}
    facts = task_source("icons").facts()
    assert (facts.title, facts.kind, facts.pictures) == ("Icons", "classification", len(CONCEPTS))
    assert not task_source("icons").embedded
    with pytest.raises(InputError, match=r"--rendering is for the emoji; .*--data icons"):
        load_task("icons", TaskOptions(rendering="noto"))


def test_an_unknown_subset_is_refused() -> None:
    with pytest.raises(InputError, match="subset is 'new'; use one of all, seen, unseen"):
        IconTask(tiny_icons(), "new")  # type: ignore[arg-type]
