"""A packaged encoder as the catalogue describes it."""

from __future__ import annotations

from tomclip.encoders.info import EncoderInfo
from tomclip.encoders.packaged.origins import Origin


def describe_packaged(origin: Origin) -> EncoderInfo:
    """Returns what is known of a packaged encoder; its path is the copy that answers."""
    encoder, path = origin.encoder, origin.files[0]
    return EncoderInfo(
        name=encoder.name,
        kind="text",
        path=path.parent if origin.commit else path,
        teacher="",
        title=encoder.title,
        description=f"Reads texts only; {origin.words}",
        facts={
            "licence": encoder.licence,
            "source": encoder.source,
            "dimension": encoder.dimension,
            "languages": ", ".join(encoder.languages) or "about 100",
        },
    )
