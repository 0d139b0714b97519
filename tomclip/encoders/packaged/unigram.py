"""A SentencePiece unigram tokenizer in the transformers format, made of its pieces."""

from __future__ import annotations

from pathlib import Path

from tomclip.encoders.packaged.e5_file import Pieces
from tomclip.encoders.tokenizer import save_fast_tokenizer

SPACE = "▁"
MASK = "<mask>"
UNSPOKEN = -1000.0
"""Log probability of a special token: a text that spells "</s>" is read letter by letter."""


def save_xlmr_tokenizer(pieces: Pieces, directory: Path) -> int:
    """Returns the size of the vocabulary of XLM-R's tokenizer, written to `directory`.

    Characters are folded as SentencePiece's `nmt_nfkc` does, as far as the tokenizers library has
    it: its Nmt and NFKC. A text is cut at spaces and encoded as `<s> text </s>`.

    Args:
        pieces: By id, the special ones among them.
        directory: Gets tokenizer.json and tokenizer_config.json.

    References:
        Kudo 2018, "Subword Regularization"; Conneau et al. 2020, "Unsupervised Cross-lingual
        Representation Learning at Scale".
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    special = _special(pieces)
    scored = [
        (text, UNSPOKEN if row in special else score)
        for row, (text, score) in enumerate(zip(pieces.texts, pieces.scores, strict=True))
    ]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=pieces.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(  # type: ignore[assignment]
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # type: ignore[assignment]
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(SPACE)]
    )
    start, end = pieces.texts[pieces.bos], pieces.texts[pieces.eos]
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, pieces.bos), (end, pieces.eos)],
    )
    names = {"bos_token": start, "cls_token": start, "eos_token": end, "sep_token": end}
    mask = {"mask_token": MASK} if MASK in pieces.texts else {}
    return save_fast_tokenizer(tokenizer, directory, names | mask)


def _special(pieces: Pieces) -> set[int]:
    named = {pieces.bos, pieces.eos, pieces.pad, pieces.unk}
    return named | {row for row, text in enumerate(pieces.texts) if text == MASK}
