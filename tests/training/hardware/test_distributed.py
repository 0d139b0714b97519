"""Two processes on the CPU train what one process trains."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support import two_processes
from support.tiny_training import recorded, train_losses, write_backbone
from support.two_processes import (
    anchored_config,
    balanced_config,
    changes_weights,
    prior_config,
    shared_config,
)

from tomclip.core.errors import ConfigError, RunError
from tomclip.encoders.student.encoder import load_student_model
from tomclip.runs import read_status
from tomclip.training import train
from tomclip.training.hardware.distributed import Processes, launched_processes, require_divisible

SECONDS = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which two processes did what two_processes.py says."""
    folder = tmp_path_factory.mktemp("two processes")
    shared_config(folder)  # writes the captions
    write_backbone(folder / "backbone")
    script = two_processes.__file__
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    common = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "WORLD_SIZE": "2",
        "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "TOMCLIP_RUNS": str(folder / "runs"),
    }
    processes = [
        subprocess.Popen(
            [sys.executable, script, folder],
            env=os.environ | common | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    outputs = []
    for process in processes:
        try:
            outputs.append(process.communicate(timeout=SECONDS)[0])
        except subprocess.TimeoutExpired:
            process.kill()
            outputs.append(f"took longer than {SECONDS} s\n{process.communicate()[0]}")
    assert [process.returncode for process in processes] == [0, 0], "\n".join(outputs)
    return folder


def require_same_run(found: Path, expected: Path) -> None:
    assert train_losses(found) == pytest.approx(train_losses(expected), abs=1e-5)
    weights = load_student_model(found / "checkpoints" / "latest")[0].state_dict()
    for name, value in (
        load_student_model(expected / "checkpoints" / "latest")[0].state_dict().items()
    ):
        torch.testing.assert_close(weights[name], value, rtol=0, atol=1e-5, msg=name)


def test_two_processes_train_what_one_does_also_when_weights_change(
    folder: Path, tmp_path: Path
) -> None:
    train(shared_config(folder), directory=tmp_path, on_event=changes_weights(tmp_path))
    require_same_run(folder / "whole", tmp_path)
    (change,) = recorded(folder / "whole", "control")
    assert (change.step, change.values["weights"]["h0_weight"]) == (2, 0.7)
    assert len(recorded(folder / "whole", "validation")) == 3


def test_two_processes_may_each_embed_their_share_in_pieces(folder: Path) -> None:
    require_same_run(folder / "pieces", folder / "uninterrupted")


def test_two_processes_share_captions_without_a_pair_too(folder: Path, tmp_path: Path) -> None:
    train(anchored_config(folder), directory=tmp_path)
    require_same_run(folder / "anchored", tmp_path)


def test_two_processes_measure_the_gradients_of_the_whole_batch(
    folder: Path, tmp_path: Path
) -> None:
    train(balanced_config(folder), directory=tmp_path)
    require_same_run(folder / "balanced", tmp_path)
    assert recorded(folder / "balanced", "train")[0].values["scale_topological_h0"] > 0


def test_two_processes_train_a_head_on_kept_layers_as_one_does(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))  # one process keeps its own
    train(prior_config(folder), directory=tmp_path / "run")
    assert list((tmp_path / "cache" / "states").iterdir())
    require_same_run(folder / "prior", tmp_path / "run")


def test_a_run_of_two_processes_goes_on_to_the_last_digit(folder: Path) -> None:
    assert len(train_losses(folder / "parts")) == 6
    assert train_losses(folder / "parts") == train_losses(folder / "uninterrupted")


def test_what_is_refused_in_every_process_leaves_nothing(folder: Path) -> None:
    assert not (folder / "refused").exists()


def test_a_run_whose_other_process_died_fails_with_the_reason(folder: Path) -> None:
    status = read_status(folder / "died")
    assert (status.state, status.step) == ("failed", 2)
    assert "another process of this run ended" in (status.error or "")


def test_the_rows_of_all_processes_are_the_batch() -> None:
    parts = [Processes(index, 3).part(12) for index in range(3)]
    assert [row for part in parts for row in range(12)[part]] == list(range(12))


def test_a_batch_that_cannot_be_shared_evenly_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"batch_size is 16, which 3 processes .* multiple of 3"):
        require_divisible(16, Processes(0, 3))
    require_divisible(16, Processes(0, 4))


def test_a_launcher_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    launched_processes.cache_clear()
    monkeypatch.setenv("WORLD_SIZE", "2")
    for name in ("RANK", "LOCAL_RANK", "MASTER_ADDR"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RunError, match=r"WORLD_SIZE is 2, but .* \(RANK is not set\)"):
        launched_processes("cpu")
    launched_processes.cache_clear()
