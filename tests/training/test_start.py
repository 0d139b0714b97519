"""Training on the embedded data: it learns, stops, continues exactly and leaves truth behind."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch
from support.tiny_training import recorded, tiny_config, train_losses

from tomclip.core.errors import ConfigError, EncoderUnavailable, RunError
from tomclip.encoders import registry
from tomclip.encoders.student.encoder import load_student_model
from tomclip.losses import RECIPES
from tomclip.runs import (
    Snapshot,
    list_runs,
    read_run,
    read_snapshot,
    read_status,
    snapshot_steps,
    write_snapshot,
)
from tomclip.topology import persistence_diagrams
from tomclip.training import resume, train
from tomclip.training.checkpoint import load_training_state
from tomclip.training.data.loading import training_data
from tomclip.training.initial_student import build_student
from tomclip.training.step import loss_terms, optimisation_step


def test_two_steps_leave_a_whole_run_directory(tmp_path):
    config = tiny_config(optimiser={"steps": 2, "batch_size": 32})
    result = train(config, directory=tmp_path / "run")
    assert (result.state, result.step) == ("finished", 2)
    run = read_run(tmp_path / "run")
    assert (run.state, run.name) == ("finished", "tiny")
    assert result.run.config() == config
    environment = json.loads((tmp_path / "run" / "environment.json").read_text())
    assert environment["versions"]["torch"] == torch.__version__.split("+")[0]
    model, _ = load_student_model(result.best_checkpoint)
    assert model.settings.teacher == "emoji-teacher"
    assert list_runs(tmp_path) == (run,)


def test_a_student_says_which_fold_it_has_not_read(tmp_path):
    config = tiny_config(optimiser={"steps": 2, "batch_size": 32}, data={"fold": 3})
    best = train(config, directory=tmp_path / "run").best_checkpoint
    assert load_student_model(best)[0].settings.fold == 3
    found = registry.find_encoder(str(best))
    assert found is not None
    assert found.title.endswith(" · fold 3")
    for fold in (None, 2):
        after = tiny_config(data={"fold": fold}, student={"start_from": str(best)})
        with pytest.raises(ConfigError, match=f"data.fold is {fold}, and .* trained with 3"):
            train(after, directory=tmp_path / "after")
    again = tiny_config(
        optimiser={"steps": 1, "batch_size": 32},
        data={"fold": 3},
        student={"start_from": str(best)},
    )
    assert train(again, directory=tmp_path / "again").state == "finished"


def test_a_run_on_a_share_of_the_translations_reads_no_others(tmp_path):
    data = {"languages": ["en", "ko", "de"], "share": 0.2}
    few = tiny_config(optimiser={"steps": 2, "batch_size": 32}, data={**data, "translations": 0.05})
    _, tokenizer = build_student(few)
    counts = [
        len(training_data(config, tokenizer, max_tokens=12).pairs)
        for config in (few, tiny_config(data=data))
    ]
    assert counts[1] / 3 < counts[0] < 1.2 * counts[1] / 3
    assert train(few, directory=tmp_path / "run").state == "finished"


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_losses_fall_on_a_fixed_batch_within_20_steps(recipe):
    config = tiny_config(
        loss={"recipe": recipe, "distance_matrix_weight": 0.1, "h0_weight": 0.1},
    )
    torch.manual_seed(0)
    model, tokenizer = build_student(config)
    data = training_data(config, tokenizer, max_tokens=config.student.max_tokens)
    rows = range(0, 3 * 32, 3)
    batch = data.batch(list(rows), "cpu")  # type: ignore[arg-type]
    model.eval()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    with torch.no_grad():
        before = loss_terms(model, batch, config.loss, bf16=False)
    for _ in range(20):
        optimisation_step(
            model, batch, config.loss, optimiser, step=1, bf16=False, gradient_clip=1.0
        )
    with torch.no_grad():
        after = loss_terms(model, batch, config.loss, bf16=False)
    assert after.total < before.total
    assert after.pointwise is not None
    assert before.pointwise is not None
    assert after.pointwise < before.pointwise


def test_a_stopped_and_resumed_run_has_the_losses_of_an_uninterrupted_one(tmp_path):
    whole = train(tiny_config(), directory=tmp_path / "whole")
    seen = []
    stopped = train(
        tiny_config(),
        directory=tmp_path / "parts",
        on_event=seen.append,
        should_stop=lambda: sum(event.split == "train" for event in seen) == 4,
    )
    assert (stopped.state, stopped.step) == ("cancelled", 4)
    continued = resume(tmp_path / "parts")
    assert continued.state == "finished"
    assert train_losses(tmp_path / "parts") == train_losses(tmp_path / "whole")
    assert continued.best_score == whole.best_score


def test_a_stop_file_ends_the_run_as_cancelled_with_a_checkpoint(tmp_path):
    directory = tmp_path / "run"

    def ask_to_stop(event):
        (directory / "control" / "stop").touch()

    result = train(tiny_config(), directory=directory, on_event=ask_to_stop)
    assert (result.state, result.step) == ("cancelled", 1)
    assert read_status(directory).state == "cancelled"
    assert (directory / "checkpoints" / "latest").resolve().name == "step_1"


def test_the_same_seed_gives_the_same_losses_and_another_seed_others(tmp_path):
    short = {"steps": 2, "batch_size": 32}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(tiny_config(seed=seed, optimiser=short), directory=tmp_path / name)
    a, b, c = (train_losses(tmp_path / name) for name in "abc")
    assert a == b
    assert a != c


def leaves_a_snapshot(student, step, run):
    """A probe that draws from training's generator, as loading a model does, and writes a file."""
    vectors = student.embed_texts(["fox", "cat", "sun", "sea"]).vectors
    diagrams = {"en": persistence_diagrams(vectors)}
    write_snapshot(run.path, Snapshot(step, np.arange(4), diagrams))
    return {"drawn": float(torch.rand(()))}


def test_a_failing_probe_is_recorded_and_training_goes_on(tmp_path):
    def broken(student, step, run):
        raise ValueError("no picture")

    config = tiny_config(validation={"every_steps": 3, "probe_every_steps": 3})
    result = train(config, directory=tmp_path / "run", probe=broken)
    assert result.state == "finished"
    probes = [event.values for event in recorded(tmp_path / "run", "probe")]
    assert [values["error"] for values in probes] == ["ValueError: no picture"] * 3
    assert all(0 <= values["probe_seconds"] < 1 for values in probes)


def test_a_run_is_probed_at_its_start_at_the_interval_and_at_its_end(tmp_path):
    config = tiny_config(validation={"every_steps": 3, "probe_every_steps": 4})
    train(config, directory=tmp_path / "run", probe=leaves_a_snapshot)
    assert [event.step for event in recorded(tmp_path / "run", "probe")] == [0, 4, 6]
    assert snapshot_steps(tmp_path / "run") == (0, 4, 6)


def test_the_first_interval_is_probed_once_more_early_on(tmp_path):
    config = tiny_config(validation={"every_steps": 3, "probe_every_steps": 50})
    train(config, directory=tmp_path / "run", probe=leaves_a_snapshot)
    assert [event.step for event in recorded(tmp_path / "run", "probe")] == [0, 2, 6]


def test_a_run_that_patience_ends_is_probed_at_its_end(tmp_path):
    config = tiny_config(
        optimiser={"steps": 50, "batch_size": 32, "learning_rate": 1e-12},
        validation={"every_steps": 1, "patience": 2, "probe_every_steps": 50},
    )
    result = train(config, directory=tmp_path / "run", probe=leaves_a_snapshot)
    assert snapshot_steps(tmp_path / "run") == (0, result.step)


def test_no_interval_means_no_probe(tmp_path):
    train(tiny_config(), directory=tmp_path / "run", probe=leaves_a_snapshot)
    assert recorded(tmp_path / "run", "probe") == []


def test_a_probed_run_is_bit_for_bit_the_run_without_probes(tmp_path):
    often = tiny_config(validation={"every_steps": 3, "probe_every_steps": 1})
    probed = train(often, directory=tmp_path / "probed", probe=leaves_a_snapshot)
    plain = train(tiny_config(), directory=tmp_path / "plain")
    assert (
        len({event.values["drawn"]["mean"] for event in recorded(tmp_path / "probed", "probe")})
        == 7
    )
    assert train_losses(tmp_path / "probed") == train_losses(tmp_path / "plain")
    assert state_of(probed.run.checkpoints) == state_of(plain.run.checkpoints)


def state_of(checkpoints) -> dict[str, bytes]:
    """Returns the last student's weights and torch's generator, byte for byte."""
    model, _ = load_student_model(checkpoints / "latest")
    state = load_training_state(checkpoints / "latest")
    tensors = {**model.state_dict(), "generator": state["generators"]["torch"]}
    return {name: tensor.numpy().tobytes() for name, tensor in tensors.items()}


def test_a_resumed_run_drops_the_snapshots_it_records_again(tmp_path):
    config = tiny_config(validation={"every_steps": 4, "probe_every_steps": 2})
    seen = []
    train(
        config,
        directory=tmp_path / "run",
        probe=leaves_a_snapshot,
        on_event=seen.append,
        should_stop=lambda: sum(event.split == "train" for event in seen) == 3,
    )
    assert snapshot_steps(tmp_path / "run") == (0, 2)
    later = read_snapshot(tmp_path / "run", 2)
    write_snapshot(tmp_path / "run", dataclasses.replace(later, step=5))
    resume(tmp_path / "run", probe=leaves_a_snapshot)
    assert snapshot_steps(tmp_path / "run") == (0, 2, 4, 6)
    assert [event.step for event in recorded(tmp_path / "run", "probe")] == [0, 2, 4, 6]


def test_a_teacher_that_is_in_memory_already_changes_nothing(tmp_path):
    short = tiny_config(optimiser={"steps": 2, "batch_size": 32})
    registry.forget_encoders()
    for name in ("loaded", "in memory"):
        train(short, directory=tmp_path / name)
    assert train_losses(tmp_path / "loaded") == train_losses(tmp_path / "in memory")


def test_patience_ends_a_run_that_does_not_improve(tmp_path):
    config = tiny_config(
        optimiser={"steps": 50, "batch_size": 32, "learning_rate": 1e-12},
        validation={"every_steps": 1, "patience": 2},
    )
    result = train(config, directory=tmp_path / "run")
    assert result.state == "finished"
    assert result.step < 10


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(RunError, match="not empty"):
        train(tiny_config(), directory=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_finished_run_cannot_be_resumed(tmp_path):
    train(tiny_config(optimiser={"steps": 1, "batch_size": 32}), directory=tmp_path / "run")
    with pytest.raises(RunError, match="has finished"):
        resume(tmp_path / "run")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"teacher": "mclip"}, ConfigError, "name a teacher"),
        ({"student": {"tokenizer": "nowhere"}}, ConfigError, "tokenizer.json"),
        ({"student": {"start_from": "nobody"}}, EncoderUnavailable, "start_from"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_anything_is_written(
    changes, error, message, tmp_path
):
    with pytest.raises(error, match=message):
        train(tiny_config(**changes), directory=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_batch_larger_than_the_data_is_refused(tmp_path):
    config = tiny_config(optimiser={"steps": 1, "batch_size": 5000})
    with pytest.raises(ConfigError, match="batch_size is 5000"):
        train(config, directory=tmp_path / "run")
    assert read_status(tmp_path / "run").state == "failed"
