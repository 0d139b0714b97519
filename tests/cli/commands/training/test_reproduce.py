"""reproduce: a plan, runs of a few steps, and the table, through the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from support.command_line import refuse, succeed, tomclip
from support.evaluations import evaluate_emoji
from support.tiny_benchmarks import tiny_benchmark
from support.tiny_encoders import write_student, write_teacher

from tomclip import training
from tomclip.core.errors import RunError
from tomclip.evaluation.studies import experiments as studies
from tomclip.evaluation.studies.experiments import STUDIES
from tomclip.runs import read_status

SMALL = {
    "data.languages": ["en", "ko"],
    "data.share": 0.05,
    "student": {
        "hidden_size": 16,
        "layers": 1,
        "heads": 2,
        "intermediate_size": 32,
        "max_tokens": 12,
    },
    "optimiser.batch_size": 16,
    "optimiser.warmup_steps": 0,
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that make every run of the study tiny."""
    teacher = write_teacher(tmp_path_factory.mktemp("teacher"))
    values = {**SMALL, "teacher": str(teacher)}
    return [
        part
        for key, value in values.items()
        for part in ("--set", f"{key}={yaml.safe_dump(value, default_flow_style=True).strip()}")
    ]


@pytest.fixture(scope="module")
def study(
    tmp_path_factory: pytest.TempPathFactory, small: list[str]
) -> tuple[Path, list[str], dict, str]:
    """A finished study: its folder, its options, the JSON and what was printed."""
    folder = tmp_path_factory.mktemp("study")
    options = ["reproduce", "emoji", "--seeds", "2", "--steps", "2", *small]
    options += ["--directory", str(folder / "runs")]
    written = ["--json", folder / "table.json", "--markdown", folder / "table.md"]
    output = succeed(*options, *written)
    return folder, options, json.loads((folder / "table.json").read_text()), output


def test_every_recipe_is_trained_with_every_seed(study: tuple) -> None:
    folder, _, values, _ = study
    assert len(values["runs"]) == 2 * len(STUDIES["emoji"].recipes)
    for name in values["runs"]:
        status = read_status(folder / "runs" / name)
        assert (status.state, status.step) == ("finished", 2)
    plan = json.loads((folder / "runs" / "plan.json").read_text())
    weights = {run["name"]: run["config"]["loss"] for run in plan["runs"]}
    assert weights["mclip-seed0"]["h0_weight"] == weights["tomclip_dm-seed0"]["h0_weight"] == 0
    assert weights["tomclip_dm-seed1"]["distance_matrix_weight"] == 0.01
    assert weights["tomclip_ta-seed1"]["distance_matrix_weight"] == 0


def test_the_table_holds_what_the_best_students_score(study: tuple) -> None:
    folder, _, values, output = study
    rows = [row for row in values["values"] if row["recipe"] == "ToMCLIP exact"]
    student = folder / "runs" / "tomclip_exact-seed1" / "checkpoints" / "best"
    report = evaluate_emoji(str(student), languages=["en", "ko"], subset="unseen", references=())
    found = {row["score"]: row["value"] for row in rows if row["seed"] == 1}
    assert found["zero_shot_top10"] == pytest.approx(report.score("zero_shot_top10").value)
    top10 = [row["value"] for row in rows if row["score"] == "zero_shot_top10"]
    assert f"{sum(top10) / 2:.2f} [" in output


def test_plain_baselines_stand_below_the_recipes_or_say_why_they_do_not(study: tuple) -> None:
    folder, _, values, output = study
    rows = [row for row in values["table"] if row["recipe"] == "MCLIP, centred"]
    assert [row["seeds"] for row in rows] == [2] * len(rows)
    assert all(row["value"] is not None and row["gain"] is not None for row in rows)
    assert (folder / "runs" / "mclip_centred-seed1" / "baseline.json").is_file()
    assert "MCLIP, centred" in output
    why = values["not_evaluated"]["ridge, E5"]
    assert why.startswith("ridge, E5: ")
    assert "multilingual-e5-small" in why


def test_a_baseline_with_another_source_is_fitted_on_each_seed_s_concepts(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = str(write_student(tmp_path / "source"))
    plain = (studies.PlainBaseline("ridge, tiny", "ridge", source, anchor="emoji"),)
    keep_recipes(monkeypatch, 1, baselines=plain)
    options = ["reproduce", "emoji", "--seeds", "2", "--steps", "1", *small]
    values = json.loads(succeed(*options, "--directory", tmp_path / "s", "--json", "-"))
    assert values["not_evaluated"] == {}
    maps = {
        json.loads((tmp_path / "s" / f"ridge_tiny-seed{seed}" / "baseline.json").read_text())[
            "map_sha256"
        ]
        for seed in (0, 1)
    }
    assert len(maps) == 2
    assert {row["recipe"] for row in values["table"]} == {"MCLIP", "ridge, tiny"}


def test_a_trial_is_called_one_everywhere(study: tuple) -> None:
    folder, _, values, output = study
    assert values["trial"] is True
    assert "a trial with steps = 2" in " ".join(output.split())
    text = (folder / "table.md").read_text()
    assert "a trial with steps = 2" in text
    assert "| MCLIP | " in text
    assert "published" not in text


def test_finished_runs_are_used_again(study: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
    _, options, values, _ = study

    def refuse_to_train(*arguments: object, **others: object) -> None:
        raise AssertionError("a run was trained again")

    monkeypatch.setattr(training, "train", refuse_to_train)
    monkeypatch.setattr(training, "resume", refuse_to_train)
    again = json.loads(succeed(*options, "--json", "-"))
    assert again["table"] == values["table"]


def test_another_plan_does_not_enter_the_same_folder(study: tuple) -> None:
    _, options, _, _ = study
    sentence = refuse(*options, "--set", "loss.pointwise=cosine")
    assert "holds another plan (mclip-seed0, mclip-seed1, tomclip_dm-seed0 with other" in sentence
    assert "holds another plan (emoji with 2 seeds)" in refuse(*options, "--seeds", "1")


def keep_recipes(monkeypatch: pytest.MonkeyPatch, count: int, **changes: object) -> None:
    """Leaves the first recipes of the emoji study, and changes it otherwise."""
    emoji = STUDIES["emoji"]
    fewer = replace(emoji, recipes=emoji.recipes[:count], **changes)
    monkeypatch.setattr(studies, "STUDIES", {**STUDIES, "emoji": fewer})


def test_an_interrupted_study_goes_on_where_it_was(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_recipes(monkeypatch, 3)
    options = ["reproduce", "emoji", "--seeds", "1", "--steps", "4", *small]
    options += ["--directory", tmp_path]
    train, calls = training.train, []

    def stop_within_the_second(config, **others):
        calls.append(config.name)
        stopping = {**others, "should_stop": lambda: len(calls) == 2}
        return train(config, **stopping)

    monkeypatch.setattr(training, "train", stop_within_the_second)
    stopped = tomclip(*options)
    assert stopped.exit_code == 130
    assert "tomclip_dm-seed0 is stopped, can be resumed" in stopped.stderr
    assert calls == ["mclip-seed0", "tomclip_dm-seed0"]
    assert "2 to go, at most 7 steps, about" in succeed(*options, "--dry-run")
    succeed(*options)
    assert calls[2:] == ["tomclip_ta-seed0"]
    assert read_status(tmp_path / "tomclip_dm-seed0").step == 4


def test_a_run_that_ended_before_its_first_checkpoint_starts_again(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_recipes(monkeypatch, 1)
    options = ["reproduce", "emoji", "--seeds", "1", "--steps", "1", *small]
    options += ["--directory", tmp_path]

    def fail(*arguments: object, **others: object) -> None:
        raise RunError("the disk is full; free some space")

    with monkeypatch.context() as patch:
        patch.setattr("tomclip.training.worker.loop.optimisation_step", fail)
        assert "the disk is full" in refuse(*options)
    assert read_status(tmp_path / "mclip-seed0").state == "failed"
    succeed(*options)
    assert read_status(tmp_path / "mclip-seed0").state == "finished"


def test_data_that_is_not_here_is_said_and_the_rest_evaluated(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_DATA", str(tmp_path / "data"))
    published = {("cifar100", "MCLIP"): {"zero_shot_top1": 12.5}}
    keep_recipes(monkeypatch, 1, data=("emoji", "cifar100", "xflickr_co"), published=published)
    folder = tiny_benchmark(monkeypatch, "cifar100", tmp_path / "data" / "cifar100")
    assert folder.is_dir()
    options = ["reproduce", "emoji", "--seeds", "1", "--steps", "1", *small]
    output = succeed(*options, "--directory", tmp_path / "s", "--json", tmp_path / "t.json")
    assert "(published 12.50)" in output
    assert "cannot be held against the paper" in output
    values = json.loads((tmp_path / "t.json").read_text())
    missing = values["not_evaluated"]
    assert [name for name in missing if "E5" not in name] == [
        "xflickr_co",
        "MCLIP, centred, cifar100",
    ]
    assert "knows the mean of en, ko" in missing["MCLIP, centred, cifar100"]
    assert "tomclip data show xflickr_co" in missing["xflickr_co"]
    assert {row["data"] for row in values["table"]} == {"emoji", "cifar100"}
    assert all(row["low"] is None for row in values["table"])


def test_a_study_without_any_of_its_data_trains_nothing(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_DATA", str(tmp_path / "data"))
    keep_recipes(monkeypatch, 1, data=("cifar100",))
    result = tomclip("reproduce", "emoji", *small, "--directory", tmp_path / "study")
    assert result.exit_code == 2
    assert "none of cifar100 is here" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_dry_run_writes_nothing(small: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "study"
    output = succeed("reproduce", "emoji", *small, "--directory", folder, "--dry-run")
    assert "mclip-seed0: at most 1,500 steps, 24,000 captions, missing" in output
    assert "20 runs, 20 to go, at most 30,000 steps; how long it takes is known once" in output
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("emoji --seeds 0", "seeds is 0"),
        ("emoji --set loss.h0_weight", "write key=value"),
        ("emoji --set loss.h2_weight=1", "h2_weight: is not a known key"),
        ("emoji --markdown table.txt", "does not end in .md"),
    ],
)
def test_a_mistake_gets_one_sentence(
    arguments: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in refuse("reproduce", *arguments.split(), "--directory", "study")
    assert not list(tmp_path.iterdir())
