"""Puts a run's last checkpoint among the assets: `python scripts/ship_student.py RUN_DIR`.

Writes `assets/emoji/students/<name>/`: the student in half precision, the configuration it was
trained with, its training curve, and a manifest with the command, seed, time and scores; of the
runs behind `--beside`, which differ from it in the seed alone, the scores too, so that the spread
over seeds ships. Beside it `snapshots/`: the diagrams at about ten of the run's steps, close
together at first, under a manifest of their own. `--snapshots-only` leaves the student that ships
as it is, and refuses snapshots that do not end at its diagrams.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.config import TrainConfig, config_to_dict, load_config
from tomclip.core.errors import RunError
from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory, configs_directory
from tomclip.data import load_emoji
from tomclip.encoders import load_student
from tomclip.encoders.student.encoder import load_student_model, save_student
from tomclip.evaluation import EvaluationReport, emoji_task, evaluate
from tomclip.runs import RunDirectory, Snapshot, read_snapshot, read_status, snapshot_steps
from tomclip.runs.directory import read_environment
from tomclip.runs.records import flat_config
from tomclip.runs.snapshots import FOLDER, write_snapshot
from tomclip.topology import bottleneck_distance, persistence_diagrams
from tomclip.training.checkpoint import load_training_state

TITLES = {
    "mclip": "MCLIP",
    "tomclip": "ToMCLIP (paper)",
    "tomclip_exact": "ToMCLIP (exact)",
    "anchored": "Anchored E5",
}
DESCRIPTIONS = {
    "mclip": "Point-wise loss alone, the baseline",
    "tomclip": "Distance matrix and H0 as published, weights 0.01 and 0.01",
    "tomclip_exact": "Full distance matrix and exact H0, weights 1 and 0.1",
    "anchored": "A linear layer on multilingual E5 small, with an English anchor",
}
HEADLINES = (
    "zero_shot_top1",
    "text_to_image_recall_at_1",
    "image_to_text_recall_at_1",
    "wasserstein_h0_to_teacher",
    "wasserstein_h1_to_teacher",
)
CURVE = "metrics.jsonl"
SNAPSHOTS = 10
AGREEMENT = 1e-3
"""Largest bottleneck distance (cosine) from the last snapshot to the student in half precision."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="a finished run directory")
    parser.add_argument(
        "--beside", type=Path, nargs="*", default=[], help="the same runs of other seeds"
    )
    parser.add_argument("--snapshots-only", action="store_true", help="leave the student as it is")
    options = parser.parse_args()
    run = finished_run(options.run)
    config = run.config()
    target = assets_directory() / "emoji" / "students" / config.name
    if not options.snapshots_only:
        ship_weights(run, config, target, [finished_run(path) for path in options.beside])
    ship_snapshots(run, config, target)


def finished_run(path: Path) -> RunDirectory:
    """Returns the run in a folder.

    Raises:
        RunError: when it has not finished.
    """
    run = RunDirectory(path)
    state = read_status(run.path).state
    if state != "finished":
        raise RunError(f"{run.path} is {state}; ship a run that has finished")
    return run


def ship_weights(
    run: RunDirectory, config: TrainConfig, target: Path, beside: Sequence[RunDirectory]
) -> None:
    """Writes the student, its configuration, its curve and its manifest into `target`.

    Raises:
        RunError: when a run beside it differs in more than its seed and its probes.
    """
    for other in beside:
        require_other_seed(config, other)
    checkpoint = run.checkpoints / "latest"
    model, tokenizer = load_student_model(checkpoint)
    save_student(model, tokenizer, target, dtype="fp16")
    shutil.copyfile(run.path / "config.yaml", target / "config.yaml")
    curve = (run.path / CURVE).read_bytes()
    (target / f"{CURVE}.gz").write_bytes(gzip.compress(curve, mtime=0))
    facts = {
        **origin(run, config),
        "title": TITLES.get(config.name, config.name),
        "description": DESCRIPTIONS.get(config.name, config.loss.recipe),
        "kind": "student",
        "teacher": config.teacher,
        "steps": config.optimiser.steps,
        "selected": "last step",
        "seconds": round(load_training_state(checkpoint)["seconds"]),
        "licence": "Apache-2.0; trained on CLDR annotations, Unicode-3.0",
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }
    write_manifest(target, facts)
    scores = headlines(config.name)
    seeds = [{"seed": config.seed, "scores": scores}]
    for other in beside:
        found = headlines(str(other.checkpoints / "latest"))
        seeds.append({"seed": other.config().seed, "scores": found})
    write_manifest(target, {**facts, "scores": scores, "seeds": seeds})
    for one in seeds:
        print(f"{config.name}, seed {one['seed']}: {one['scores']}")


def require_other_seed(config: TrainConfig, other: RunDirectory) -> None:
    """Raises RunError when the other run is not the same one with another seed.

    Probes look at a student without changing it, so they may differ.
    """
    alike = dataclasses.replace(
        config, seed=other.config().seed, validation=other.config().validation
    )
    if other.config() != alike or other.config().seed == config.seed:
        changed = ", ".join(f"{key}={value}" for key, value in changes(config, other.config()))
        raise RunError(
            f"{other.path} differs from the run that ships in {changed or 'nothing'}; "
            "put runs beside it that differ in their seed alone"
        )


def ship_snapshots(run: RunDirectory, config: TrainConfig, target: Path) -> None:
    """Writes the run's diagrams without vectors into `target/snapshots`, with a manifest.

    Raises:
        RunError: when there are none, or the last one is not the shape of the student in `target`.
    """
    steps = spread_steps(snapshot_steps(run.path), SNAPSHOTS)
    difference = largest_difference(config.name, read_snapshot(run.path, steps[-1]))
    if difference > AGREEMENT:
        raise RunError(
            f"the last snapshot of {run.path} is {difference:.2g} from the diagrams of {target}; "
            "ship the snapshots of the run that made it, or that run's weights too"
        )
    shutil.rmtree(target / FOLDER, ignore_errors=True)
    (target / FOLDER).mkdir()
    for step in steps:
        write_snapshot(target, read_snapshot(run.path, step, with_vectors=False))
    facts = {
        **origin(run, config),
        "contents": "H0 and H1 diagrams of every language at some training steps, cosine distance",
        "bottleneck_to_student": difference,
    }
    write_manifest(target / FOLDER, facts)
    print(f"{config.name}: {len(steps)} snapshots, the last {difference:.2g} from the student")


def origin(run: RunDirectory, config: TrainConfig) -> dict[str, Any]:
    """Returns how the run was made: command, commit, seed, machine and versions."""
    environment: Mapping[str, Any] = read_environment(run.path)
    return {
        "name": config.name,
        "command": command(config),
        "commit": environment.get("commit"),
        "seed": config.seed,
        "machine": {key: environment.get(key) for key in ("platform", "device", "threads")},
        "versions": environment.get("versions", {}),
    }


def command(config: TrainConfig) -> str:
    """Returns the command that trains the run again, from the configuration that ships."""
    file = f"emoji_{config.name}.yaml"
    shipped = load_config(configs_directory() / file)
    words = [f"--set {key}={value}" for key, value in changes(shipped, config)]
    return " ".join(["python -m tomclip train --config", f"configs/{file}", *words])


def changes(before: TrainConfig, after: TrainConfig) -> Iterator[tuple[str, Any]]:
    """Yields (dotted key, value after) of every setting that differs."""
    earlier = flat_config(config_to_dict(before))
    for key, value in flat_config(config_to_dict(after)).items():
        if key not in earlier or earlier[key] != value:
            yield key, value


def spread_steps(steps: Sequence[int], count: int) -> tuple[int, ...]:
    """Returns at most `count` of the steps, first and last among them, denser at the start.

    The i-th is the one nearest to last * (i / (count - 1))^2: shape changes most at first.

    Raises:
        RunError: when there are no steps.
    """
    if not steps:
        raise RunError("the run has no snapshots; train with validation.probe_every_steps above 0")
    wanted = steps[-1] * np.linspace(0.0, 1.0, count) ** 2
    return tuple(sorted({min(steps, key=lambda step: abs(step - goal)) for goal in wanted}))


def largest_difference(student: str, snapshot: Snapshot) -> float:
    """Returns the largest bottleneck distance between the student's diagrams and the snapshot's."""
    dataset, encoder = load_emoji(), load_student(student)
    found = []
    for language, recorded in snapshot.diagrams.items():
        names = [dataset.names[language][row] for row in snapshot.concepts]
        vectors = encoder.embed_texts(names, language=language).vectors
        diagrams = persistence_diagrams(vectors, metric=snapshot.metric, max_dimension=1)
        found += [bottleneck_distance(a, b) for a, b in zip(diagrams, recorded, strict=True)]
    return max(found)


def headlines(encoder: str) -> list[dict[str, object]]:
    """Returns the scores over all concepts and over those that students have not read."""
    return [headline(evaluate(encoder, emoji_task(subset))) for subset in ("all", "unseen")]


def headline(report: EvaluationReport) -> dict[str, object]:
    """Returns the mean scores over languages; of shares the 95 % intervals too."""
    found: dict[str, object] = {
        "subset": report.subset,
        "rendering": report.rendering,
        "concepts": report.n_concepts,
    }
    for score in map(report.score, HEADLINES):
        interval = {"low": score.ci_low, "high": score.ci_high}
        known = np.isfinite(score.ci_low)
        found[score.name] = {"value": score.value, **(interval if known else {})}
    return found


if __name__ == "__main__":
    main()
