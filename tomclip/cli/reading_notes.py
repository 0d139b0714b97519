"""What an encoder cannot read, told beside a command's output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer


def tell_unread(encoder: str, texts: Mapping[str, Sequence[str]]) -> None:
    """Says, on standard error, which of these languages the encoder was not trained on, if any."""
    from tomclip.encoders.packaged.reading import reading_note

    if note := reading_note(encoder, texts):
        typer.echo(note, err=True)
