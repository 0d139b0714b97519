"""Evaluation reports on disk, found again by the content of everything that they depend on."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import replace
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.files.cache import ContentCache
from tomclip.core.paths import assets_directory
from tomclip.core.scores import SHAPE_SCORES
from tomclip.encoders import (
    encoder_fingerprint,
    encoder_revision,
    image_encoder_or_itself,
)
from tomclip.evaluation.report import SCHEMA, EvaluationReport, library_versions
from tomclip.evaluation.settings import EvaluationSettings
from tomclip.evaluation.tasks.protocol import Task


def report_key(
    encoder: str, task: Task, settings: EvaluationSettings, *, versions: bool = True
) -> str:
    """Returns 64 hexadecimal digits that change with the encoder's files, the data, the settings,
    the scores there are and, unless `versions` is False, a library's version."""
    facts = {
        "schema": SCHEMA,
        "encoder": encoder,
        "text_encoder": encoder_fingerprint(encoder),
        "image_encoder": encoder_fingerprint(image_encoder_or_itself(encoder)),
        "data": task.digest(settings.languages, settings.read),
        "settings": {**settings.as_dict(), **task.choices},
        "shape_scores": SHAPE_SCORES,
        "versions": library_versions() if versions else {},
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def with_revisions(report: EvaluationReport) -> EvaluationReport:
    """Returns the report with `revisions` in its settings: the commits of published weights.

    "text" is the encoder's own, "image" that of the encoder whose image tower goes with it; None
    for files of one's own. Asked for after the evaluation, which may have fetched the weights.
    """
    names = {"text": report.encoder, "image": image_encoder_or_itself(report.encoder)}
    revisions = {side: encoder_revision(name) for side, name in names.items()}
    return replace(report, settings={**report.settings, "revisions": revisions})


def find_report(encoder: str, task: Task, settings: EvaluationSettings) -> EvaluationReport | None:
    """Returns a report that answers `settings`, or None: one of this machine, else a shipped one.

    A shipped report was made by `scripts/ship_reports.py` from the very files that lie beside it;
    its `versions` say with which libraries. A report with shapes also serves who asks for none.
    """
    for wanted in _answering(task, settings):
        report = read_report(report_key(encoder, task, wanted)) or _shipped(
            shipped_report_path(report_key(encoder, task, wanted, versions=False))
        )
        if report is not None:
            return report if wanted == settings else report.without_shapes()
    return None


def read_report(key: str) -> EvaluationReport | None:
    """Returns the stored report, or None when there is none that can be read."""
    return REPORTS.get(key)


def shipped_report_path(key: str) -> Path:
    """Returns where the report of a key without versions lies among the assets, if it ships."""
    return assets_directory() / "emoji" / "evaluations" / f"{key[:16]}.json.gz"


def _answering(task: Task, settings: EvaluationSettings) -> list[EvaluationSettings]:
    if settings.references or not task.references:
        return [settings]
    return [settings, replace(settings, references=task.references)]


def _shipped(path: Path) -> EvaluationReport | None:
    try:
        return _report(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error, InputError):
        return None


def store_report(key: str, report: EvaluationReport) -> bool:
    """Writes the report and its ranks atomically; returns whether the cache could be written."""
    return REPORTS.put(key, report)


def _report(content: bytes) -> EvaluationReport:
    return EvaluationReport.from_dict(json.loads(content))


def _report_bytes(report: EvaluationReport) -> bytes:
    return json.dumps(report.to_dict(per_item=True), ensure_ascii=False).encode()


REPORTS = ContentCache("evaluations", ".json", _report, _report_bytes)
