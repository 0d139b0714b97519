"""English texts of the teacher, and the sentence vectors that its text tower learns to give.

A space says which vectors they are:

- "e5": multilingual-e5-small's, centred: a multilingual student reaches them by a linear map.
- "shared": the same, each direction weighted by how much the translations of the training concepts
  agree on it (generalised eigenvectors of between- and within-concept scatter).
- "minilm": all-MiniLM-L6-v2's, which knows English only.
- "both": the principal directions of "e5" and "minilm" side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from scipy.linalg import eigh

from tomclip.core.reading.numbers import unit_rows
from tomclip.core.reading.text import read_text
from tomclip.data.captions.emoji import keyword_caption
from tomclip.data.emoji import EmojiDataset
from tomclip.encoders.registry import load_text_encoder

Space = Literal["e5", "shared", "minilm", "both"]
SPACES: tuple[Space, ...] = get_args(Space)
E5, MINILM = "multilingual-e5-small", "all-MiniLM-L6-v2"
DIMENSION = 384


def training_texts(file: Path, concepts: Sequence[str]) -> list[str]:
    """Returns the lines that are not among the concepts' texts, then these.

    Args:
        file: What `scripts/english_texts.py` wrote, with --strict for a strict teacher.
        concepts: Names and captions of the concepts that the teacher may know, each once.
    """
    known = set(concepts)
    lines = dict.fromkeys(read_text(file).split("\n"))
    return [*(line for line in lines if line and line not in known), *concepts]


def concept_captions(
    dataset: EmojiDataset, rows: np.ndarray, seed: int, *, count: int = 6
) -> list[list[str]]:
    """Returns each concept's English name, then `count - 1` captions made of its keywords."""
    generator = np.random.default_rng(seed)
    captions = []
    for row in rows:
        name, keywords = dataset.names["en"][row], list(dataset.keywords["en"][row])
        own = [name]
        for form in range(1, count):
            words = keyword_caption([keywords[i] for i in generator.permutation(len(keywords))])
            own.append(name if not words else words if form % 2 else f"{name}: {words}")
        captions.append(own)
    return captions


def space_vectors(
    space: Space, texts: Sequence[str], dataset: EmojiDataset, *, cache: Path
) -> torch.Tensor:
    """Returns the (n, 384) unit vectors of a space.

    Args:
        space: One of `SPACES`.
        texts: Also what the centre is measured on.
        dataset: Its translations of training concepts weigh the directions of "shared".
        cache: Where sentence vectors are kept, by the texts' digest.
    """
    if space == "minilm":
        return torch.from_numpy(sentence_vectors(MINILM, texts, cache))
    vectors = sentence_vectors(E5, texts, cache)
    centred = vectors - vectors.mean(axis=0)
    if space == "shared":
        centred = centred @ shared_directions(dataset, cache)
    if space == "both":
        english = sentence_vectors(MINILM, texts, cache)
        pair = np.hstack([unit_rows(centred), english - english.mean(axis=0)])
        centred = pair @ np.linalg.svd(pair.T @ pair)[0][:, :DIMENSION]
    return torch.from_numpy(unit_rows(centred.astype(np.float32)))


def shared_directions(dataset: EmojiDataset, cache: Path) -> np.ndarray:
    """Returns (384, 384) float32: directions on which translations agree, the strongest first.

    With between-concept scatter B and within-concept scatter W of E5's vectors of the training
    concepts' names, each language centred, the columns v solve B v = r W v, v'Wv = 1 (linear
    discriminants); each is multiplied by sqrt(r / (r + 1)), the share of its variance that the
    translations have in common. W is stiffened by a tenth of its mean variance.
    """
    rows = dataset.rows("seen")
    names = [[names[row] for row in rows] for names in dataset.names.values()]
    vectors = sentence_vectors(E5, [text for own in names for text in own], cache)
    clouds = vectors.reshape(len(names), len(rows), -1).astype(np.float64)
    clouds -= clouds.mean(axis=1, keepdims=True)
    concepts = clouds.mean(axis=0)
    strays = (clouds - concepts).reshape(-1, DIMENSION)
    within = strays.T @ strays / len(strays)
    within += 0.1 * np.trace(within) / DIMENSION * np.eye(DIMENSION)
    ratios, directions = eigh(concepts.T @ concepts / len(concepts), within)
    shares = np.clip(ratios, 0, None) / (np.clip(ratios, 0, None) + 1)
    return (directions * np.sqrt(shares))[:, ::-1].astype(np.float32)


def sentence_vectors(encoder: str, texts: Sequence[str], cache: Path) -> np.ndarray:
    """Returns an encoder's (n, 384) float32 unit vectors; kept in `cache` by the texts' digest."""
    digest = sha256("\n".join(texts).encode()).hexdigest()[:16]
    path = cache / f"{encoder}-{digest}.npy"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        vectors = load_text_encoder(encoder).embed_texts(texts).vectors
        np.save(path, vectors.astype(np.float16))
    return np.load(path).astype(np.float32)
