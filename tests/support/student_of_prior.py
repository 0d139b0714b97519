"""A student's folder that leaves its pretrained backbone out, as one that ships may do."""

from __future__ import annotations

import json
from pathlib import Path

from tomclip.core.files.manifests import write_manifest
from tomclip.encoders.packaged.records import E5
from tomclip.encoders.student.settings import SETTINGS_FILE, Prior, StudentSettings

TITLE = "Anchored (from E5)"


def write_student_of(directory: Path, *, prior: str = E5) -> Path:
    """Returns `directory` with what is read of such a student before it is loaded."""
    directory.mkdir(parents=True)
    settings = StudentSettings("emoji-teacher", 24, 16, prior=Prior(prior, "0" * 64))
    (directory / SETTINGS_FILE).write_text(json.dumps(settings.to_dict()))
    facts = {"name": directory.name, "title": TITLE, "description": "From E5", "seed": 0}
    write_manifest(directory, facts)
    return directory
