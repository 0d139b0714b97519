"""Puts a run's last checkpoint among the assets: `python scripts/ship_student.py RUN_DIR`.

Writes `assets/emoji/students/<name>/`: the student in half precision, the configuration it was
trained with, its training curve, and a manifest with the command, seed, time and scores.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from tomclip.assets import assets_directory, write_manifest
from tomclip.encoders.student import load_student_model, save_student
from tomclip.errors import RunError
from tomclip.evaluation import EvaluationReport, evaluate_emoji
from tomclip.runs import RunDirectory, read_status
from tomclip.runs.directory import read_environment
from tomclip.training.checkpoint import load_training_state

TITLES = {"mclip": "MCLIP", "tomclip": "ToMCLIP (paper)", "tomclip_exact": "ToMCLIP (exact)"}
DESCRIPTIONS = {
    "mclip": "Point-wise loss alone, the baseline",
    "tomclip": "Distance matrix and H0 as published, weights 0.01 and 0.01",
    "tomclip_exact": "Full distance matrix and exact H0, weights 1 and 0.1",
}
HEADLINES = ("zero_shot_top1", "text_to_image_recall_at_1", "image_to_text_recall_at_1")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="a finished run directory")
    run = RunDirectory(parser.parse_args().run)
    status, config = read_status(run.path), run.config()
    if status.state != "finished":
        raise RunError(f"{run.path} is {status.state}; ship a run that has finished")
    checkpoint = run.checkpoints / "latest"
    target = assets_directory() / "emoji" / "students" / config.name
    model, tokenizer = load_student_model(checkpoint)
    save_student(model, tokenizer, target, dtype="fp16")
    for name in ("config.yaml", "metrics.jsonl"):
        shutil.copyfile(run.path / name, target / name)
    state = load_training_state(checkpoint)
    environment = read_environment(run.path)
    facts = {
        "name": config.name,
        "title": TITLES.get(config.name, config.name),
        "description": DESCRIPTIONS.get(config.name, config.loss.recipe),
        "kind": "student",
        "teacher": config.teacher,
        "command": f"python -m tomclip train --config configs/emoji_{config.name}.yaml",
        "seed": config.seed,
        "steps": status.total,
        "selected": "last step",
        "seconds": round(state["seconds"]),
        "licence": "Apache-2.0; trained on CLDR annotations, Unicode-3.0",
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "machine": {key: environment.get(key) for key in ("platform", "device", "threads")},
        "versions": environment.get("versions", {}),
    }
    write_manifest(target, facts)
    reports = [evaluate_emoji(config.name, subset=subset) for subset in ("all", "unseen")]
    write_manifest(target, {**facts, "scores": [headline(report) for report in reports]})
    print(f"{config.name}: {headline(reports[0])}")


def headline(report: EvaluationReport) -> dict[str, object]:
    """Returns the mean scores over languages with their 95 % intervals."""
    return {
        "subset": report.subset,
        "rendering": report.rendering,
        "concepts": report.n_concepts,
        **{
            name: {"value": score.value, "low": score.ci_low, "high": score.ci_high}
            for name in HEADLINES
            for score in (report.score(name),)
        },
    }


if __name__ == "__main__":
    main()
