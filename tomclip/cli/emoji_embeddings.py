"""The emoji's names or pictures as an encoder sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tomclip.cli.options import SubsetName
from tomclip.cli.reading_notes import tell_unread

if TYPE_CHECKING:
    from tomclip.core.types import Embeddings


def emoji_embeddings(
    encoder: str, language: str, rendering: str | None, subset: SubsetName
) -> Embeddings:
    """Returns the vectors of the names, or of a rendering's pictures, of a subset of concepts."""
    from tomclip.evaluation import emoji_task, registered_vectors

    task = emoji_task(subset, rendering)
    vectors = registered_vectors(encoder, task)
    if rendering is not None:
        return vectors.pictures(None)
    code = task.dataset.code_of(language)
    tell_unread(encoder, {code: [task.dataset.names[code][row] for row in task.items]})
    return vectors.texts(code, None)
