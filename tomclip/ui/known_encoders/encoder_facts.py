"""What is known of an encoder before it is loaded, and the work of loading it for the first time.

This module knows nothing of streamlit; the work runs on a job board.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.reading.characters import trimmed
from tomclip.encoders import (
    DeviceMemory,
    EncoderInfo,
    MemoryEstimate,
    PublishedEncoder,
    choose_device,
    image_encoder_or_itself,
    load_image_encoder,
    load_text_encoder,
    memory_estimate,
    reads_pictures,
    search_encoders,
)
from tomclip.encoders.added import KnownEncoder, known_encoders, remember_encoder
from tomclip.encoders.catalogue import VECTORS_PREFIX
from tomclip.encoders.hub.names import (
    STUDENT_PREFIX,
    encoder_sources,
    is_published_cached,
    published_revision,
)
from tomclip.encoders.hub.repository import split_revision
from tomclip.encoders.registry import find_encoder
from tomclip.ui.computing.cached import board
from tomclip.ui.computing.jobs import Job, Report

STUDIO_BATCH = 256
"""Texts that the encoders read at once where nobody says otherwise."""
MODEL_PAGES = "https://huggingface.co/"
FIRST_TEXT = "a photo of a fox"


@dataclass(frozen=True, slots=True)
class EncoderFacts:
    """An encoder that may be added.

    `memory` covers its text and its image tower, with a batch of `STUDIO_BATCH`; None for vectors,
    and where its configuration is neither on this machine nor to be had. `home` is where to read
    about it, or where it lies.
    """

    encoder: KnownEncoder
    dimension: int | None
    memory: MemoryEstimate | None
    is_here: bool
    revision: str | None
    home: str


def checked_name(text: str) -> str:
    """Returns the name that a person typed, with a path in it made absolute.

    Raises:
        InputError: when nothing was typed, or the name holds a comma.
        EncoderUnavailable: when it can be no encoder, listing what is accepted. Whether a published
            model of the name exists shows in `encoder_facts`.
        AssetError: when it is a directory whose description is damaged.
    """
    name = trimmed(text)
    if not name or "," in name:
        raise InputError(f"the name is {name!r}; give one encoder's name, without a comma in it")
    info, known = find_encoder(name), {one.name for one in known_encoders()}
    if info is not None and info.kind == "vectors":
        name = f"{VECTORS_PREFIX}{info.path.resolve()}"
    elif info is not None and info.name not in known:
        name = str(info.path.resolve())
    return name


def encoder_facts(name: str) -> EncoderFacts:
    """Returns what is known of the encoder without loading its weights.

    Args:
        name: from `checked_name`.

    Raises:
        EncoderUnavailable: when there is no such encoder.
        AssetError: when its description is damaged.
    """
    info = find_encoder(name)
    if info is None:
        return _published_facts(name)
    described = info.description or f"{info.kind.capitalize()} of your own"
    encoder = KnownEncoder(name, _title(info), info.kind, described)
    memory = None if info.kind == "vectors" else _memory(name)
    return EncoderFacts(encoder, None, memory, True, None, str(info.path))


def facts_of(listed: PublishedEncoder, name: str) -> EncoderFacts:
    """Returns the facts of a listed encoder, whose name may have a revision behind it."""
    _, revision = split_revision(name)
    title = f"{listed.title} @{revision[:7]}" if revision else listed.title
    kind = "student" if name.startswith(STUDENT_PREFIX) else "teacher"
    return EncoderFacts(
        encoder=KnownEncoder(name, title, kind, f"Published, reads {listed.languages}"),
        dimension=listed.dimension,
        memory=_memory(name),
        is_here=is_published_cached(name),
        revision=published_revision(name),
        home=f"{MODEL_PAGES}{listed.repository}",
    )


def facts_job(name: str) -> Job[EncoderFacts]:
    """Returns `encoder_facts`, which may have to read a published configuration first."""

    def work(report: Report) -> EncoderFacts:
        report(0.2, "reading its configuration")
        return encoder_facts(name)

    return board("encoders").start(("facts", name), f"Looking at {name}", work)


def loading_job(name: str) -> Job[KnownEncoder]:
    """Returns the encoder once it was loaded, has read a text and seen a picture, and is added.

    Its files are downloaded when they are not on this machine. It is added at the very end, so a
    job that fails or is cancelled adds nothing.
    """

    def work(report: Report) -> KnownEncoder:
        report(0.05, "looking at its files")
        facts = encoder_facts(name)
        report(0.1, "loading" if facts.is_here else "downloading, which may take minutes")
        for progress, message in _tried(name):
            report(progress, message)
        remember_encoder(facts.encoder)
        return facts.encoder

    return board("encoders").start(("load", name), f"Loading {name}", work)


def shortage(facts: EncoderFacts, device: DeviceMemory) -> str:
    """Returns a sentence when the encoder does not fit into the device's free memory, or ""."""
    memory = facts.memory
    if memory is None or memory.total <= device.free:
        return ""
    room = max(device.free - memory.weights, 0)
    fitting = STUDIO_BATCH * room // max(memory.activations, 1)
    advice = (
        f"its weights fit, with batches of at most {fitting}, to which they are halved"
        if fitting
        else "free some, or take a smaller model"
    )
    return (
        f"It takes {megabytes(memory.total)} with a batch of {STUDIO_BATCH}, and of "
        f"{device.title} {megabytes(device.free)} are free: {advice}."
    )


def megabytes(size: float) -> str:
    """Returns bytes in words, such as "605 MB" or "2.2 GB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def millions(count: float) -> str:
    """Returns a number of parameters in words, such as "6.4 M" or "1,193 M"."""
    return f"{count / 1e6:,.{0 if count >= 1e7 else 1}f} M"


def _tried(name: str) -> Iterator[tuple[float, str]]:
    """Loads both towers and puts a text and a picture through; yields how far that is."""
    from PIL import Image

    device = choose_device()
    texts = load_text_encoder(name, device=device)
    yield 0.5, "reading a text"
    if not name.startswith(VECTORS_PREFIX):
        texts.embed_texts([FIRST_TEXT])
    if not name.startswith(VECTORS_PREFIX) and reads_pictures(name):
        yield 0.6, "loading its image tower"
        pictures = load_image_encoder(name, device=device)
        yield 0.9, "looking at a picture"
        pictures.embed_images([Image.new("RGB", (64, 64))])
    yield 1.0, "remembering it"


def _title(info: EncoderInfo) -> str:
    """Returns its manifest's title or its folder's name; all of its name where that is taken."""
    title = info.path.name if info.title == info.name else info.title
    taken = {one.title for one in known_encoders() if one.name != info.name}
    return info.name if title in taken else title


def _published_facts(name: str) -> EncoderFacts:
    base, _ = split_revision(name)
    listed = next((one for one in search_encoders(base) if one.name == base), None)
    if listed is not None:
        return facts_of(listed, name)
    source = encoder_sources(name)[0]
    return EncoderFacts(
        encoder=KnownEncoder(name, source.repository, "teacher", "A model on Hugging Face"),
        dimension=None,
        memory=_memory(name),
        is_here=is_published_cached(name),
        revision=published_revision(name),
        home=f"{MODEL_PAGES}{source.repository}",
    )


def _memory(name: str) -> MemoryEstimate | None:
    try:
        return _both_towers(name)
    except (AssetError, EncoderUnavailable):
        return None


@lru_cache(maxsize=512)
def _both_towers(name: str) -> MemoryEstimate:
    """Returns the memory of both towers: weights add up, of the batches the larger counts."""
    towers = dict.fromkeys((name, image_encoder_or_itself(name)))
    found = [memory_estimate(one, batch_size=STUDIO_BATCH) for one in towers]
    return MemoryEstimate(
        parameters=sum(one.parameters for one in found),
        weights=sum(one.weights for one in found),
        activations=max(one.activations for one in found),
    )
