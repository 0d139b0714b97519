"""Evaluates the shipped encoders and ships the reports: `python scripts/ship_reports.py`.

The studio shows them at once instead of computing for half a minute on first opening. They are
found by the content of the encoders and the data, so a report never outlives what it describes.
"""

from __future__ import annotations

import gzip
import json
import shutil

from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory
from tomclip.encoders import encoder_catalogue
from tomclip.evaluation import SUBSETS, EvaluationSettings, emoji_task, evaluate
from tomclip.evaluation.cache import report_key, shipped_report_path


def main() -> None:
    directory = assets_directory() / "emoji" / "evaluations"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    shipped = [info.name for info in encoder_catalogue() if assets_directory() in info.path.parents]
    contents = {}
    for name in shipped:
        for subset in SUBSETS:
            task = emoji_task(subset)
            report = evaluate(name, task)
            settings = EvaluationSettings(task.languages)
            path = shipped_report_path(report_key(name, task, settings, versions=False))
            text = json.dumps(report.to_dict(per_item=True), ensure_ascii=False)
            path.write_bytes(gzip.compress(text.encode(), mtime=0))
            contents[path.name] = f"{name}, {subset}"
            print(f"{name:14} {subset:7} {report.score('zero_shot_top1').value:5.1f} %")
    facts = {"name": "emoji-evaluations", "command": "python scripts/ship_reports.py"}
    write_manifest(directory, {**facts, "contents": contents})


if __name__ == "__main__":
    main()
