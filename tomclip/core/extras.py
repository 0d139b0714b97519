"""Which optional part of the installation a package belongs to, and what to say without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tomclip.core.errors import TomclipError

# What one imports, to the extra that brings it. Core requirements stand in none.
EXTRA_OF = {
    "huggingface_hub": "train",
    "open_clip": "train",
    "peft": "train",
    "timm": "train",
    "tokenizers": "train",
    "torchvision": "train",
    "transformers": "train",
    "choreographer": "studio",
    "kaleido": "studio",
    "plotly": "studio",
    "streamlit": "studio",
    "py3langid": "languages",
    "accelerate": "distributed",
    "ot": "transport",
    "faiss": "maps",
    "pacmap": "maps",
    "tda": "engines",
}


class MissingExtra(TomclipError, ImportError):
    """A feature was asked for whose packages are not installed."""


@contextmanager
def extras_named() -> Iterator[None]:
    """Turns the import of an optional package that is missing into one sentence.

    Raises:
        MissingExtra: naming the package that is missing and the extra to install.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRA_OF:
            raise
        raise MissingExtra(
            f"this needs {package}, which is not installed; "
            f"run: pip install 'tomclip[{EXTRA_OF[package]}]'"
        ) from error
