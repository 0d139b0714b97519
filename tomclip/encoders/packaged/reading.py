"""What a packaged encoder cannot read: languages it was not trained on, and unknown pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tomclip.core.languages import language
from tomclip.encoders.packaged.records import PACKAGED


def unread_languages(name: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Returns those of the language codes that a packaged encoder was not trained on.

    None for any other encoder, and for one of about a hundred languages.
    """
    encoder = PACKAGED.get(name)
    if encoder is None or not encoder.languages:
        return ()
    return tuple(code for code in dict.fromkeys(languages) if code not in encoder.languages)


def unknown_pieces(name: str, texts: Sequence[str]) -> tuple[int, int]:
    """Returns how many pieces of the texts the encoder does not know, and how many there are.

    Pieces that stand around every text do not count.

    Raises:
        EncoderUnavailable, AssetError, RunError: as `packaged_directory`.
    """
    from tomclip.encoders.packaged.directories import packaged_directory
    from tomclip.encoders.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(packaged_directory(name))
    rows = tokenizer(list(texts), add_special_tokens=False)["input_ids"] if texts else []
    pieces = [piece for row in rows for piece in row]  # type: ignore[union-attr]
    return pieces.count(tokenizer.unk_token_id), len(pieces)


def reading_note(name: str, texts: Mapping[str, Sequence[str]]) -> str:
    """Returns a sentence on the languages that the encoder was not trained on, "" without any.

    Args:
        name: Of any encoder.
        texts: By language, what it is to read.

    Raises:
        EncoderUnavailable, AssetError, RunError: as `packaged_directory`.
    """
    codes = unread_languages(name, list(texts))
    if not codes:
        return ""
    counts = unknown_pieces(name, [text for code in codes for text in texts[code]])
    return unread_sentence({name: counts}, codes)


def unread_sentence(counts: Mapping[str, tuple[int, int]], codes: Sequence[str]) -> str:
    """Returns a sentence on encoders that were not trained on the same languages.

    Args:
        counts: By what an encoder is called, its `unknown_pieces` of texts in these languages.
        codes: Of the languages.
    """
    told = [
        f"{unknown:,} of {pieces:,} ({100 * unknown / max(pieces, 1):.1f} %)"
        for unknown, pieces in counts.values()
    ]
    spoken = ", ".join(language(code).name for code in codes)
    were, its, it = ("were", "their", "them") if len(counts) > 1 else ("was", "its", "it")
    return (
        f"{_listed(list(counts))} {were} not trained on {spoken}: {its} vectors there mean little; "
        f"{_listed(told)} pieces of these texts are unknown to {it}."
    )


def _listed(parts: Sequence[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last
