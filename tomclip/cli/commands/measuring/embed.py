"""`tomclip embed`: an encoder's vectors as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tomclip.cli.clouds import EMOJI, Clouds
from tomclip.cli.options import Data, Encoder, Force, Subset
from tomclip.cli.output import require_output
from tomclip.cli.reading_notes import tell_unread
from tomclip.cli.terminal import progress
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    from tomclip.core.types import Embeddings

Projection = Literal["umap", "pacmap", "tsne", "pca"]


def embed(
    encoder: Encoder,
    output: Annotated[Path, typer.Option(help="File to write: .npz or .parquet.")],
    data: Data = "emoji",
    language: Annotated[str, typer.Option(help="Language of the texts.")] = "en",
    texts: Annotated[
        Path | None, typer.Option(help="Embed this file's lines instead of the emoji names.")
    ] = None,
    rendering: Annotated[
        str | None, typer.Option(help="Embed the pictures of this set instead of the names.")
    ] = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Embed the pictures instead of the texts.")
    ] = False,
    subset: Subset = "all",
    atlas: Annotated[
        Projection | None,
        typer.Option(
            "--map",
            help="Lay the vectors out and write a .parquet for Embedding Atlas in their place: "
            "x, y, text, language, id, neighbours.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Write an encoder's vectors of emoji names, of pictures, or of your own texts."""
    suffixes = (".npz", ".parquet") if atlas is None else (".parquet",)
    target = require_output(output, force=force, suffixes=suffixes)
    if texts is not None:
        embeddings = _text_file_embeddings(encoder, texts, language)
    else:
        embeddings = _data_embeddings(encoder, Clouds(data, subset, rendering), language, pictures)
    if atlas is not None:
        _write_map(embeddings, atlas, target)
        return
    from tomclip.encoders.stored.saving import save_embeddings

    save_embeddings(embeddings, target)
    typer.echo(f"{target}: {len(embeddings)} vectors of dimension {embeddings.vectors.shape[1]}")


def _write_map(embeddings: Embeddings, projection: Projection, target: Path) -> None:
    """Writes the map of the vectors with their neighbours, and says how to open it."""
    from tomclip.export.atlas import OPENING, atlas_table, write_atlas
    from tomclip.geometry import project

    with progress("laying out") as on_progress:
        xy = project(embeddings, method=projection, on_progress=on_progress)
    table = atlas_table(
        xy,
        embeddings.vectors,
        texts=embeddings.labels,
        languages=embeddings.languages,
        ids=embeddings.ids,
    )
    write_atlas(table, target)
    typer.echo(f"{target}: {len(embeddings)} points; {OPENING.format(name=target)}")


def _data_embeddings(encoder: str, clouds: Clouds, language: str, pictures: bool) -> Embeddings:
    """Returns the vectors of a data set's texts or pictures.

    But for the emoji, texts are their own labels, by which `vectors:FILE` finds them again.
    """
    if pictures or clouds.rendering is not None:
        return clouds.pictures(encoder)
    cloud = clouds.texts(encoder, language)
    if clouds.data == EMOJI:
        return cloud
    from dataclasses import replace

    (code,) = clouds.codes([language])
    words = clouds.words(code)
    return replace(cloud, labels=tuple(words[item] for item in cloud.ids))


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
