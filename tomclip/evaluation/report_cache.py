"""Evaluation reports on disk, found again by the content of everything that they depend on."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tomclip.assets import cache_directory
from tomclip.data import EmojiDataset
from tomclip.encoders import encoder_fingerprint, image_encoder_name
from tomclip.errors import InputError
from tomclip.evaluation.emoji_protocol import EmojiSettings
from tomclip.evaluation.report import SCHEMA, EvaluationReport, library_versions


def report_key(encoder: str, dataset: EmojiDataset, settings: EmojiSettings) -> str:
    """Returns 64 hexadecimal digits that change with the encoder's files, the data, the settings or
    a library's version."""
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
        _write(_path(key), report.to_dict(per_item=True))
    except OSError:
        return False
    return True


def _path(key: str) -> Path:
    return cache_directory() / "evaluations" / f"{key}.json"


def _write(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8"
    ) as stream:
        try:
            json.dump(values, stream, ensure_ascii=False)
            stream.close()
            os.replace(stream.name, path)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise


def _data_digest(dataset: EmojiDataset, settings: EmojiSettings) -> str:
    digest = hashlib.sha256(dataset.rendering(settings.rendering).tobytes())
    columns = [dataset.concepts["id"], dataset.concepts["split"]]
    columns += [dataset.names[language] for language in ("en", *settings.languages)]
    for column in columns:
        digest.update(json.dumps(list(column), ensure_ascii=False).encode())
    return digest.hexdigest()
