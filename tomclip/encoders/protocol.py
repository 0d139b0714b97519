"""What every encoder can do, whatever library its weights came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np

from tomclip.core.types import Embeddings

if TYPE_CHECKING:
    from PIL.Image import Image

Progress = Callable[[int, int], None]
"""Called with (items done, items in all) after every batch."""


@runtime_checkable
class StoredPictures(Protocol):
    """Pictures on disk, each opened when it is asked for: any number of them fits in memory.

    Several threads ask for pictures at the same time.
    """

    def __len__(self) -> int:
        """Number of pictures."""
        ...

    def __getitem__(self, row: int, /) -> Image:
        """Returns one picture; raises InputError naming the file when it cannot be read."""
        ...

    def fingerprint(self) -> str:
        """Returns a text that changes when any picture or their order does; decodes nothing."""
        ...


Images: TypeAlias = "np.ndarray | Sequence[Image] | StoredPictures"
"""uint8 (n, height, width, 3 | 4), n PIL images, or pictures on disk; alpha goes on white."""


class TextEncoder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """The name that finds this encoder again."""
        ...

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        ...

    def embed_texts(
        self,
        texts: Sequence[str],
        *,
        language: str = "en",
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        on_progress: Progress | None = None,
    ) -> Embeddings:
        """Returns one vector per text, of length 1 unless `normalise` is False."""
        ...


class ImageEncoder(Protocol):
    """Turns pictures into vectors."""

    @property
    def name(self) -> str:
        """The name that finds this encoder again."""
        ...

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        ...

    def embed_images(
        self,
        images: Images,
        *,
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        on_progress: Progress | None = None,
    ) -> Embeddings:
        """Returns one vector per picture, of length 1 unless `normalise` is False."""
        ...
