"""Small files that a person uploads, read by the readers of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

T = TypeVar("T")
LIST_SUFFIXES = ("csv", "tsv")
LIST_MEGABYTES = 32


def read_upload(uploaded: UploadedFile, read: Callable[[Path, str], T]) -> T:
    """Returns what a reader of files makes of an upload; nothing of it stays on the disk.

    Args:
        uploaded: the file.
        read: takes a path, whose ending is that of the file, and what sentences call the file.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(uploaded.name).suffix.lower()}"
        path.write_bytes(uploaded.getvalue())
        return read(path, uploaded.name)
