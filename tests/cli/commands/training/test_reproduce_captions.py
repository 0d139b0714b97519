"""reproduce on caption pairs: the paper's recipes, English of the rest, ridge, and the weights."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from support.command_line import succeed, tomclip
from support.tiny_benchmarks import tiny_benchmark
from support.tiny_captions import many_rows, write_csv
from support.tiny_encoders import write_student, write_teacher
from support.tiny_training import recorded, train_losses, write_backbone

from tomclip import training
from tomclip.data.captions.table import open_captions
from tomclip.evaluation import evaluate, load_task
from tomclip.evaluation.studies import experiments as studies
from tomclip.evaluation.studies.experiments import STUDIES, PlainBaseline
from tomclip.runs import RunDirectory, read_events
from tomclip.targets.encoding import encode_targets

ANCHORED = ("mclip_english_anchor-seed0", "tomclip_english_anchor-seed0")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 90 pairs, a teacher, its targets of all captions, a backbone and a student."""
    folder = tmp_path_factory.mktemp("world")
    write_csv(folder / "captions.csv", many_rows(90))
    write_teacher(folder / "teacher")
    table = open_captions(folder / "captions.csv")
    encode_targets(table.captions(), str(folder / "teacher"), folder / "targets")
    write_backbone(folder / "backbone")
    write_student(folder / "student")
    return folder


@pytest.fixture
def options(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What makes every run tiny, with CIFAR-100 in its own format to evaluate on."""
    monkeypatch.setenv("TOMCLIP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    tiny_benchmark(monkeypatch, "cifar100", tmp_path / "data" / "cifar100")
    low = STUDIES["low-resource"]
    anchored = PlainBaseline("ridge, tiny, anchor", "ridge", str(world / "student"), anchor="rest")
    own = replace(low, baselines=(*low.baselines, anchored))
    monkeypatch.setattr(studies, "STUDIES", {**STUDIES, "low-resource": own})
    values = {
        "teacher": str(world / "teacher"),
        "data.captions": str(world / "captions.csv"),
        "data.targets": str(world / "targets"),
        "data.pairs": 30,
        "data.validation_pairs": 24,
        "student.backbone": str(world / "backbone"),
        "student.max_tokens": 16,
        "optimiser.batch_size": 16,
    }
    small = [f"{key}={yaml.safe_dump(value).splitlines()[0]}" for key, value in values.items()]
    return ["--seeds", "1", *(part for one in small for part in ("--set", one))]


def test_the_table_has_english_of_the_rest_and_ridge_beside_the_paper_s_recipes(
    options: list[str], world: Path, tmp_path: Path
) -> None:
    asked = ["reproduce", "low-resource", *options, "--steps", "3", "--directory", tmp_path / "s"]
    output = succeed(*asked, "--json", tmp_path / "t.json")
    values = json.loads((tmp_path / "t.json").read_text())
    rows = {row["recipe"]: row for row in values["table"] if row["score"] == "zero_shot_top1"}
    assert list(rows) == [
        *("MCLIP", "ToMCLIP (dm)", "ToMCLIP (ta)", "ToMCLIP", "ToMCLIP exact"),
        *("MCLIP + English anchor", "ToMCLIP + English anchor", "ridge, XLM-R"),
        "ridge, tiny, anchor",
    ]
    published = {name for name, row in rows.items() if row["published"] is not None}
    assert published == {"MCLIP", "ToMCLIP"}
    why = values["not_evaluated"]
    assert "multilingual-e5-small" in why["ridge, E5, English anchor"]
    for name in ANCHORED:
        (given,) = recorded(tmp_path / "s" / name, "sources")
        assert given.values["anchor_texts"] == 90 - 30 - 24
        assert recorded(tmp_path / "s" / name, "targets") == []
    fitted = json.loads((tmp_path / "s" / "ridge_tiny_anchor-seed0" / "baseline.json").read_text())
    assert fitted["facts"]["anchor"]["count"] == 36
    best = {row["recipe"]: row["value"] for row in values["validation"]}
    assert list(best) == list(rows)[:8]
    recorded_ranks = [
        event.values["mean_reciprocal_rank"]["mean"]
        for event in read_events(tmp_path / "s" / ANCHORED[0])
        if event.split == "validation"
    ]
    assert best["MCLIP + English anchor"] == max(recorded_ranks)
    assert "Best validation, mean over 1 seeds" in output


def test_ridge_of_the_backbone_is_its_head_in_closed_form(
    options: list[str], tmp_path: Path
) -> None:
    asked = ["reproduce", "low-resource", *options, "--directory", tmp_path / "s"]
    low = studies.STUDIES["low-resource"]
    kept = tuple(one for one in low.recipes if one.title in ("MCLIP", "ridge, XLM-R"))
    fewer = replace(low, recipes=kept, baselines=())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies, "STUDIES", {**STUDIES, "low-resource": fewer})
        succeed(*asked, "--set", "validation.patience=1", "--json", tmp_path / "t.json")
    run = tmp_path / "s" / "ridge_xlm_r-seed0"
    config = RunDirectory(run).config()
    assert (config.optimiser.steps, config.student.trainable) == (1, "head")
    (given,) = recorded(run, "sources")
    ranks = [event.values["mean_reciprocal_rank"]["mean"] for event in recorded(run, "validation")]
    assert ranks[0] == pytest.approx(given.values["ridge_mean_reciprocal_rank"], abs=1e-3)
    report = evaluate(str(run / "checkpoints" / "best"), load_task("cifar100"), references=())
    rows = json.loads((tmp_path / "t.json").read_text())["values"]
    found = {row["score"]: row["value"] for row in rows if row["recipe"] == "ridge, XLM-R"}
    assert found["zero_shot_top5"] == pytest.approx(report.score("zero_shot_top5").value)


def test_an_interrupted_anchored_run_goes_on_to_the_last_digit(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    low = studies.STUDIES["low-resource"]
    kept = tuple(one for one in low.recipes if one.title in ("MCLIP", "ToMCLIP + English anchor"))
    fewer = replace(low, recipes=kept, baselines=())
    monkeypatch.setattr(studies, "STUDIES", {**STUDIES, "low-resource": fewer})
    asked = ["reproduce", "low-resource", *options, "--steps", "6"]
    succeed(*asked, "--directory", tmp_path / "whole")
    train = training.train

    def stop_on_the_way(config, **others):
        steps: list[int] = []

        def on_event(event):
            steps.append(event.step)
            others["on_event"](event)

        anchored = config.data.english_anchor.captions is not None
        stopping = {"should_stop": lambda: anchored and max(steps, default=0) >= 3}
        return train(config, **{**others, "on_event": on_event, **stopping})

    with monkeypatch.context() as patch:
        patch.setattr(training, "train", stop_on_the_way)
        assert tomclip(*asked, "--directory", tmp_path / "parts").exit_code == 130
    assert len(train_losses(tmp_path / "parts" / ANCHORED[1])) == 3
    succeed(*asked, "--directory", tmp_path / "parts")
    losses = [train_losses(tmp_path / name / ANCHORED[1]) for name in ("parts", "whole")]
    assert losses[0] == losses[1]
    assert len(losses[0]) == 6
    assert np.isfinite(losses[0]).all()


def test_where_the_vectors_lie_makes_no_trial(options: list[str], tmp_path: Path) -> None:
    targets = next(part for part in options if part.startswith("data.targets="))
    folder = ["--directory", tmp_path / "s", "--dry-run"]
    output = succeed("reproduce", "low-resource", "--set", targets, *folder)
    assert "mclip_english_anchor-seed3: at most 29,500 steps, 7,552,000 captions, missing" in output
    assert "ridge_xlm_r-seed0: at most 1 steps" in output
    assert "32 runs, 32 to go" in output
    assert not (tmp_path / "s").exists()


def test_the_weights_are_a_study_of_their_own(options: list[str], tmp_path: Path) -> None:
    output = succeed("reproduce", "low-resource-weights", "--directory", tmp_path, "--dry-run")
    assert "68 runs, 68 to go, at most 2,006,000 steps" in output
    for name in ("mclip-seed0", "tomclip_weight_0_01-seed3", "h0_pull_10-seed0"):
        assert f"{name}: at most 29,500 steps" in output


def test_a_pull_is_trained_with_the_anchor_beside_it(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = STUDIES["low-resource-weights"]
    kept = tuple(one for one in weights.recipes if one.title in ("MCLIP", "H0, pull 10"))
    fewer = replace(weights, recipes=kept)
    monkeypatch.setattr(studies, "STUDIES", {**STUDIES, "low-resource-weights": fewer})
    asked = ["reproduce", "low-resource-weights", *options, "--steps", "2"]
    anchor = ["--set", "data.english_anchor.captions=rest"]
    output = succeed(*asked, *anchor, "--directory", tmp_path / "s")
    assert "a trial with steps = 2" in " ".join(output.split())
    assert "data.english_anchor.captions = rest" in " ".join(output.split())
    for name, pulls in (("mclip-seed0", False), ("h0_pull_10-seed0", True)):
        values = recorded(tmp_path / "s" / name, "train")[-1].values
        assert values["pointwise_anchor"] > 0
        assert ("topological_h0" in values) is pulls
        assert ("scale_topological_h0" in values) is pulls


def test_targets_of_the_pairs_alone_are_refused_before_the_first_run(
    options: list[str], world: Path, tmp_path: Path
) -> None:
    table = open_captions(world / "captions.csv")
    rows = table.select(30, validation_pairs=24).rows
    encode_targets(table.captions(rows), str(world / "teacher"), tmp_path / "targets")
    changed = ["--set", f"data.targets={tmp_path / 'targets'}", "--steps", "1"]
    result = tomclip("reproduce", "low-resource", *options, *changed, "--directory", tmp_path / "s")
    assert result.exit_code == 2
    sentence = result.stderr
    assert "24 held out, 30 in pairs, 36 without a vector" in sentence
    assert "ToMCLIP + English anchor: data.english_anchor.captions: the rest of" in sentence
    assert "name targets of more captions" in sentence
    assert not (tmp_path / "s").exists()
