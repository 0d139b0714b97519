"""Evaluation reports on disk, found again by the content of everything that they depend on."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tomclip.core.atomic import write_text_atomically
from tomclip.core.errors import InputError
from tomclip.core.paths import assets_directory, cache_directory
from tomclip.core.scores import SHAPE_SCORES
from tomclip.data import EmojiDataset
from tomclip.encoders import encoder_fingerprint, encoder_revision, image_encoder_name
from tomclip.evaluation.report import SCHEMA, EvaluationReport, library_versions
from tomclip.evaluation.tasks.emoji import REFERENCES, EmojiSettings


def report_key(
    encoder: str, dataset: EmojiDataset, settings: EmojiSettings, *, versions: bool = True
) -> str:
    """Returns 64 hexadecimal digits that change with the encoder's files, the data, the settings,
    the scores there are and, unless `versions` is False, a library's version."""
    return content_key(
        encoder, _data_digest(dataset, settings), settings.as_dict(), versions=versions
    )


def content_key(
    encoder: str, data: str, settings: Mapping[str, Any], *, versions: bool = True
) -> str:
    """Returns `report_key` of an evaluation of any data set.

    Args:
        encoder: its name.
        data: digest of everything that was read.
        settings: plain JSON values.
        versions: whether the libraries' versions count.
    """
    facts = {
        "schema": SCHEMA,
        "encoder": encoder,
        "text_encoder": encoder_fingerprint(encoder),
        "image_encoder": encoder_fingerprint(image_encoder_name(encoder)),
        "data": data,
        "settings": settings,
        "shape_scores": SHAPE_SCORES,
        "versions": library_versions() if versions else {},
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def with_revisions(report: EvaluationReport) -> EvaluationReport:
    """Returns the report with `revisions` in its settings: the commits of published weights.

    "text" is the encoder's own, "image" that of the encoder whose image tower goes with it; None
    for files of one's own. Asked for after the evaluation, which may have fetched the weights.
    """
    names = {"text": report.encoder, "image": image_encoder_name(report.encoder)}
    revisions = {side: encoder_revision(name) for side, name in names.items()}
    return replace(report, settings={**report.settings, "revisions": revisions})


def find_report(
    encoder: str, dataset: EmojiDataset, settings: EmojiSettings
) -> EvaluationReport | None:
    """Returns a report that answers `settings`, or None: one of this machine, else a shipped one.

    A shipped report was made by `scripts/ship_reports.py` from the very files that lie beside it;
    its `versions` say with which libraries. A report with shapes also serves who asks for none.
    """
    for wanted in _answering(settings):
        report = read_report(report_key(encoder, dataset, wanted)) or _read(
            shipped_report_path(report_key(encoder, dataset, wanted, versions=False))
        )
        if report is not None:
            return report if wanted == settings else report.without_shapes()
    return None


def read_report(key: str) -> EvaluationReport | None:
    """Returns the stored report, or None when there is none that can be read."""
    return _read(_path(key))


def shipped_report_path(key: str) -> Path:
    """Returns where the report of a key without versions lies among the assets, if it ships."""
    return assets_directory() / "emoji" / "evaluations" / f"{key[:16]}.json.gz"


def _answering(settings: EmojiSettings) -> list[EmojiSettings]:
    if settings.references:
        return [settings]
    return [settings, replace(settings, references=REFERENCES)]


def _read(path: Path) -> EvaluationReport | None:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as stream:
            return EvaluationReport.from_dict(json.load(stream))
    except (OSError, EOFError, ValueError, InputError):
        return None


def store_report(key: str, report: EvaluationReport) -> bool:
    """Writes the report and its ranks atomically; returns whether the cache could be written."""
    try:
        path = _path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(path, json.dumps(report.to_dict(per_item=True), ensure_ascii=False))
    except OSError:
        return False
    return True


def _path(key: str) -> Path:
    return cache_directory() / "evaluations" / f"{key}.json"


def _data_digest(dataset: EmojiDataset, settings: EmojiSettings) -> str:
    digest = hashlib.sha256(dataset.rendering(settings.rendering).tobytes())
    columns = [dataset.concepts["id"], dataset.concepts["split"]]
    columns += [dataset.names[language] for language in ("en", *settings.languages)]
    for column in columns:
        digest.update(json.dumps(list(column), ensure_ascii=False).encode())
    return digest.hexdigest()
