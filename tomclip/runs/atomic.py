"""Files that are replaced whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_text_atomically(path: Path, text: str) -> None:
    """Replaces `path` by `text`; a reader sees the old file or the new one, never half of one."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def write_json_atomically(path: Path, values: Mapping[str, Any]) -> None:
    """Replaces `path` by `values` as JSON."""
    write_text_atomically(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
