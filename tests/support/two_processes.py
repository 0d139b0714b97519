"""What each of the two processes of test_training_distributed.py does: FOLDER is where.

Started by hand: RANK=0|1 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=N python two_processes.py F
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from support.tiny_training import captions_config

import tomclip.training.worker.loop as loop
from tomclip.config import TrainConfig, config_to_dict, parse_config
from tomclip.core.errors import ConfigError, RunError
from tomclip.core.types import Event
from tomclip.training import resume, train

NO_DROPOUT = {
    "hidden_size": 32,
    "layers": 1,
    "heads": 2,
    "intermediate_size": 64,
    "max_tokens": 16,
    "dropout": 0.0,
}


def shared_config(folder: Path, **optimiser: Any) -> TrainConfig:
    """Returns a run of 6 steps without dropout, which would differ between the processes."""
    settings = {"steps": 6, "batch_size": 16, "learning_rate": 3e-3, "warmup_steps": 2}
    return captions_config(folder, student=NO_DROPOUT, optimiser={**settings, **optimiser})


def anchored_config(folder: Path) -> TrainConfig:
    """Returns such a run whose batches of 16 pairs 12 English captions and 4 others join."""
    texts = ("english", [f"a teal kiln of size {n}" for n in range(40)])
    others = ("others", [f"ein Ofen der Größe {n}" for n in range(20)])
    for name, lines in (texts, others):
        (folder / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
    config = config_to_dict(shared_config(folder))
    config["data"]["english_anchor"] = {"captions": str(folder / "english.txt"), "rows": 12}
    config["data"]["unpaired"] = {"captions": str(folder / "others.txt"), "rows": 4}
    return parse_config(config)


def balanced_config(folder: Path) -> TrainConfig:
    """Returns such a run whose weights count in lengths of gradients."""
    config = config_to_dict(anchored_config(folder))
    config["loss"]["weights_in"] = "gradient"
    return parse_config(config)


def prior_config(folder: Path) -> TrainConfig:
    """Returns such a run that trains the head alone of the pretrained backbone in the folder.

    The layers below are computed once and kept. The head does not begin at the ridge solution:
    there some gradients are far smaller than others, and Adam's division magnifies their rounding.
    """
    student = {
        "start_from": str(folder / "backbone"),
        "max_tokens": 30,
        "trainable": "head",
        "dropout": 0.0,
    }
    return parse_config({**config_to_dict(shared_config(folder)), "student": student})


def changes_weights(directory: Path) -> Any:
    """Returns a listener that asks for another weight after step 2."""

    def listen(event: Event) -> None:
        if (event.split, event.step) == ("train", 2):
            request = {"h0_weight": 0.7}
            (directory / "control" / "weights.json").write_text(json.dumps(request))

    return listen


def main(folder: Path) -> None:
    config = shared_config(folder)
    train(config, directory=folder / "whole", on_event=changes_weights(folder / "whole"))
    train(shared_config(folder, accumulation=2), directory=folder / "pieces")
    train(anchored_config(folder), directory=folder / "anchored")
    train(balanced_config(folder), directory=folder / "balanced")
    train(prior_config(folder), directory=folder / "prior")
    stop_and_go_on(folder, config)
    refused(folder)
    dies(folder, config)


def stop_and_go_on(folder: Path, config: TrainConfig) -> None:
    train(config, directory=folder / "uninterrupted")
    seen: list[str] = []
    stopped = train(
        config,
        directory=folder / "parts",
        on_event=lambda event: seen.append(event.split),
        should_stop=lambda: seen.count("train") == 3,
    )
    assert (stopped.state, stopped.step) == ("cancelled", 3)
    assert resume(folder / "parts").state == "finished"


def refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match="which 2 processes cannot share evenly"):
        train(shared_config(folder, batch_size=15), directory=folder / "refused")


def dies(folder: Path, config: TrainConfig) -> None:
    """The second process is gone in its third step; the first one must not wait for it."""
    real, calls = loop.optimisation_step, []

    def step(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 3 and os.environ["RANK"] == "1":
            os._exit(0)
        return real(*arguments, **options)

    loop.optimisation_step = step
    with pytest.raises(RunError, match="another process of this run ended"):
        train(config, directory=folder / "died")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
