"""The texts or pictures of a data set as an encoder sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tomclip.cli.options import SubsetName
from tomclip.cli.reading_notes import tell_unread

if TYPE_CHECKING:
    import numpy as np

    from tomclip.core.types import Embeddings
    from tomclip.evaluation import Task

EMOJI = "emoji"


@dataclass(frozen=True)
class Clouds:
    """A data set whose texts are looked at as clouds: one text per item in every language.

    Attributes:
        data: the emoji, a benchmark, a task of one's own, "workspace:NAME" or a folder.
        subset: of the emoji and icons.
        rendering: picture set of the emoji.
    """

    data: str = EMOJI
    subset: SubsetName = "all"
    rendering: str | None = None

    @cached_property
    def task(self) -> Task:
        """The data set.

        Raises:
            InputError: when it is unknown, not here, or does not offer what was chosen.
        """
        from tomclip.evaluation import TaskOptions, load_task

        return load_task(self.data, TaskOptions(subset=self.subset, rendering=self.rendering))

    def codes(self, tags: Sequence[str] | None = None) -> tuple[str, ...]:
        """Returns the languages of some tags, by default all; raises InputError for others."""
        from tomclip.evaluation.settings import asked_languages

        return asked_languages(self.task, tags)

    def texts(self, encoder: str, language: str) -> Embeddings:
        """Returns the vectors of every item's first text; ids are the items'.

        Raises:
            EncoderUnavailable: when the encoder is unknown.
            InputError: when the data set lacks the language.
        """
        from tomclip.evaluation import registered_vectors

        (code,) = self.codes([language])
        there = self.task.texts(code)
        tell_unread(encoder, {code: [there.texts[row] for row in there.rows[there.cloud]]})
        vectors = registered_vectors(encoder, self.task).texts(code, None).select(there.cloud)
        return replace(vectors, ids=vectors.labels)

    def pictures(self, encoder: str) -> Embeddings:
        """Returns the vectors of the pictures; ids are the items'."""
        from tomclip.evaluation import registered_vectors

        return registered_vectors(encoder, self.task).pictures(None)

    def together(self, encoder: str, languages: Sequence[str]) -> dict[str, Embeddings]:
        """Returns the clouds of languages on the items that all of them have, in one order.

        Raises:
            InputError: as `texts`, and when they have no item in common.
        """
        from tomclip.core.errors import InputError

        clouds = {code: self.texts(encoder, code) for code in languages}
        shared = set.intersection(*(set(cloud.ids) for cloud in clouds.values()))
        if not shared:
            raise InputError(
                f"no item of {self.data} has a text in each of {', '.join(clouds)}; ask for fewer "
                "languages"
            )
        first = [item for item in next(iter(clouds.values())).ids if item in shared]
        return {code: _in_order(cloud, first) for code, cloud in clouds.items()}

    def words(self, language: str) -> dict[str, str]:
        """Returns the first text of every item in a language."""
        there = self.task.texts(language)
        rows: np.ndarray = there.rows[there.cloud]
        return {there.labels[row]: there.texts[row] for row in rows}


def _in_order(cloud: Embeddings, items: Sequence[str]) -> Embeddings:
    if cloud.ids == tuple(items):
        return cloud
    row_of = {item: row for row, item in enumerate(cloud.ids)}
    return cloud.select([row_of[item] for item in items])
