"""What changes when anything does that a task's report depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tomclip.encoders.protocol import Images, StoredPictures
from tomclip.evaluation.tasks.protocol import Task


def task_digest(task: Task, read: Sequence[str]) -> str:
    """Returns a digest of a task's pictures, their labels and the texts of the languages `read`."""
    digest = hashlib.sha256()
    for part in _picture_parts(task.pictures):
        digest.update(part)
    rows: list[Any] = [task.name, task.picture_ids, task.picture_labels]
    for code in read:
        texts = task.texts(code)
        rows.append((code, texts.texts, texts.ids, texts.labels, *texts.wordings))
    digest.update(json.dumps(rows, ensure_ascii=False).encode())
    return digest.hexdigest()


def _picture_parts(pictures: Images) -> Iterator[bytes]:
    """Yields what says everything about pictures: their bytes, or a fingerprint of the files."""
    if isinstance(pictures, np.ndarray):
        yield f"{pictures.dtype}{pictures.shape}".encode()
        yield np.ascontiguousarray(pictures).tobytes()
    elif isinstance(pictures, StoredPictures):
        yield pictures.fingerprint().encode()
    else:
        for picture in pictures:
            yield f"{picture.mode}{picture.size}".encode()
            yield picture.tobytes()
