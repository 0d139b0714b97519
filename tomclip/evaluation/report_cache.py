"""Evaluation reports on disk, found again by the content of everything that they depend on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tomclip.assets import cache_directory
from tomclip.data import EmojiDataset
from tomclip.encoders import encoder_fingerprint, image_encoder_name
from tomclip.errors import InputError
from tomclip.evaluation.emoji_protocol import EmojiSettings
from tomclip.evaluation.report import SCHEMA, EvaluationReport, library_versions
from tomclip.runs.atomic import write_text_atomically


def report_key(encoder: str, dataset: EmojiDataset, settings: EmojiSettings) -> str:
    """Returns 64 hexadecimal digits that change with whatever a score depends on.

    That is the encoder's and its teacher's files, the data, the settings and the libraries.
    """
    facts = {
        "schema": SCHEMA,
        "encoder": encoder,
        "text_encoder": encoder_fingerprint(encoder),
        "image_encoder": encoder_fingerprint(image_encoder_name(encoder)),
        "data": _data_digest(dataset, settings),
        "settings": settings.as_dict(),
        "versions": library_versions(),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def read_report(key: str) -> EvaluationReport | None:
    """Returns the stored report, or None when there is none that can be read."""
    try:
        values = json.loads(_path(key).read_text(encoding="utf-8"))
        return EvaluationReport.from_dict(values)
    except (OSError, ValueError, InputError):
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
