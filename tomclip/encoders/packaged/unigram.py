"""SentencePiece unigram tokenizers in the transformers format, made of their pieces.

References:
    Kudo 2018, "Subword Regularization: Improving Neural Network Translation Models with Multiple
    Subword Candidates".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tomclip.encoders.tokenizer import save_fast_tokenizer

SPACE = "▁"
UNSPOKEN = -1000.0
"""Log probability of a special piece: a text that spells "</s>" is read letter by letter."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a unigram tokenizer, by id.

    Attributes:
        texts: What they spell, with ▁ for a space.
        scores: Their log probabilities.
        special: Ids of pieces that no text is made of.
        bos: Id of the piece before every text.
        eos: Id of the piece behind every text.
        unk: Id of the piece for a run of characters that no piece spells.
    """

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    special: frozenset[int]
    bos: int
    eos: int
    unk: int


def save_xlmr_tokenizer(pieces: Pieces, directory: Path) -> int:
    """Returns the size of the vocabulary of XLM-R's tokenizer, written to `directory`.

    Characters are folded as SentencePiece's `nmt_nfkc` does, as far as the tokenizers library has
    it: its Nmt and NFKC. A text is cut at spaces and encoded as `<s> text </s>`.
    """
    from tokenizers import normalizers, pre_tokenizers

    return _save(
        pieces,
        directory,
        [normalizers.Nmt(), normalizers.NFKC()],
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(SPACE)],
    )


def save_sentencepiece_tokenizer(pieces: Pieces, characters: bytes, directory: Path) -> int:
    """Returns the size of the vocabulary of a SentencePiece model's tokenizer, with its `<pad>`.

    Its ids are those of SentencePiece itself, runs of unknown characters included, with the
    pieces `bos` and `eos` around every text.

    Args:
        pieces: The model's.
        characters: The model's own table of how characters are folded.
        directory: Gets tokenizer.json and tokenizer_config.json.
    """
    from tokenizers import normalizers, pre_tokenizers

    folded = [normalizers.Precompiled(characters), normalizers.Strip()]
    return _save(pieces, directory, folded, [pre_tokenizers.Metaspace(SPACE)])


def _save(pieces: Pieces, directory: Path, normalisers: Sequence[Any], cuts: Sequence[Any]) -> int:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    scored = [
        (text, UNSPOKEN if row in pieces.special else score)
        for row, (text, score) in enumerate(zip(pieces.texts, pieces.scores, strict=True))
    ]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=pieces.unk, byte_fallback=False))
    one_space = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([*normalisers, one_space])  # type: ignore[assignment]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(list(cuts))  # type: ignore[assignment]
    start, end = pieces.texts[pieces.bos], pieces.texts[pieces.eos]
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, pieces.bos), (end, pieces.eos)],
    )
    names = {"bos_token": start, "cls_token": start, "eos_token": end, "sep_token": end}
    return save_fast_tokenizer(tokenizer, directory, names)
