"""What every encoder can do, whatever library its weights came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.core.types import Embeddings

if TYPE_CHECKING:
    from PIL.Image import Image


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


def check_images(images: Images) -> Images:
    """Returns `images` when an encoder can read them, as far as can be told without opening one.

    Raises:
        InputError: when an array is not uint8 (n, height, width, 3 | 4), an item of a list or tuple
            is not PIL, or one picture came instead of a list. What a `StoredPictures` holds is
            checked batch by batch.
    """
    if isinstance(images, np.ndarray):
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[-1] not in (3, 4):
            raise InputError(
                f"images are {images.dtype} of shape {images.shape}; give uint8 (n, height, width, "
                "3 or 4) or a list of PIL images"
            )
    elif isinstance(images, str | bytes) or not hasattr(images, "__len__"):
        raise InputError(
            f"one {type(images).__name__} came where a list of pictures is needed; give [picture]"
        )
    elif isinstance(images, list | tuple):
        for row, image in enumerate(images):
            require_picture(image, row)
    return images


def require_picture(image: object, row: int) -> None:
    """Raises InputError, naming the row, for what is not a PIL image."""
    from PIL import Image

    if not isinstance(image, Image.Image):
        raise InputError(
            f"image {row} is a {type(image).__name__}; give PIL images or one uint8 array"
        )


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
        on_progress: OnProgress | None = None,
    ) -> Embeddings:
        """Returns one vector per text; which other texts came with it makes no difference.

        Args:
            texts: What the encoder reads; a text beyond its context is cut.
            language: Code recorded with every row.
            ids: One per text; row numbers by default.
            labels: One per text; the texts themselves by default.
            normalise: Divide every vector by its length.
            on_progress: Called with (texts done, texts in all) as they are done.

        Raises:
            InputError: when `texts` is one text, which is no list, or an item is no text.
        """
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
        on_progress: OnProgress | None = None,
    ) -> Embeddings:
        """Returns one vector per picture, of length 1 unless `normalise` is False."""
        ...
