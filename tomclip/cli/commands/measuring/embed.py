"""`tomclip embed`: an encoder's vectors as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tomclip.cli.emoji_embeddings import emoji_embeddings
from tomclip.cli.options import Encoder, Force, Subset
from tomclip.cli.output import require_output
from tomclip.cli.reading_notes import tell_unread
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    from tomclip.core.types import Embeddings


def embed(
    encoder: Encoder,
    output: Annotated[Path, typer.Option(help="File to write: .npz or .parquet.")],
    language: Annotated[str, typer.Option(help="Language of the texts.")] = "en",
    texts: Annotated[
        Path | None, typer.Option(help="Embed this file's lines instead of the emoji names.")
    ] = None,
    rendering: Annotated[
        str | None, typer.Option(help="Embed the pictures of this set instead of the names.")
    ] = None,
    subset: Subset = "all",
    force: Force = False,
) -> None:
    """Write an encoder's vectors of emoji names, of pictures, or of your own texts."""
    target = require_output(output, force=force, suffixes=(".npz", ".parquet"))
    if texts is not None:
        embeddings = _text_file_embeddings(encoder, texts, language)
    else:
        embeddings = emoji_embeddings(encoder, language, rendering, subset)
    from tomclip.encoders.stored.saving import save_embeddings

    save_embeddings(embeddings, target)
    typer.echo(f"{target}: {len(embeddings)} vectors of dimension {embeddings.vectors.shape[1]}")


def _text_file_embeddings(encoder: str, path: Path, language: str) -> Embeddings:
    """Returns the vectors of the lines that show something; ids are the lines' rows, from 0."""
    from tomclip.core.reading.characters import is_blank
    from tomclip.core.reading.text import read_lines
    from tomclip.data import language as known_language
    from tomclip.encoders import cached_text_embeddings

    texts = {row: line for row, line in enumerate(read_lines(path)) if not is_blank(line)}
    if not texts:
        raise InputError(f"{path} holds no text; write one text a line")
    code = known_language(language).code
    ids = [str(row) for row in texts]
    tell_unread(encoder, {code: list(texts.values())})
    return cached_text_embeddings(encoder, list(texts.values()), language=code, ids=ids)
