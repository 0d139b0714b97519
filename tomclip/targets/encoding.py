"""Teacher targets: the vectors that a student learns to give, encoded once for any number of runs.

Equal English captions are encoded once. A run that was stopped, even by a power cut, goes on where
it was; a shard that was damaged since is found by its SHA-256 and made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.files.cache import text_digests
from tomclip.core.paths import user_path
from tomclip.core.progress import OnProgress, silent
from tomclip.core.reading.names import require_text
from tomclip.encoders.fingerprints import encoder_fingerprint
from tomclip.encoders.registry import load_teacher
from tomclip.targets.files import ROWS_FILE, TargetPlan, TargetType
from tomclip.targets.shards import TargetShards
from tomclip.targets.writer import target_writer

if TYPE_CHECKING:
    from tomclip.encoders.embed import Precision

__all__ = ["TargetShards", "encode_targets", "open_targets"]

SHARD_SIZE = 16_384
BATCH_SIZE = 256
RECORDED_LIBRARIES = ("torch", "open_clip_torch", "transformers", "pyarrow", "numpy")


def encode_targets(
    captions: Sequence[str],
    teacher: str,
    directory: Path,
    *,
    shard_size: int = SHARD_SIZE,
    batch_size: int = BATCH_SIZE,
    dtype: TargetType = "float32",
    precision: Precision = "fp32",
    device: str = "cpu",
    on_progress: OnProgress | None = None,
) -> TargetShards:
    """Returns the teacher's vectors (not normalised) of the captions, encoded into `directory`.

    The call may be stopped at any moment; the same call then encodes what is missing or damaged.
    One shard of texts and vectors is in memory at a time.

    Args:
        captions: English captions; row i of the result is caption i. They are read twice.
        teacher: An encoder's name, as `load_teacher` takes it.
        directory: New, empty, or with part of the same targets.
        shard_size: Vectors in a file, at least 1; what a stop can cost at most.
        batch_size: Captions per forward pass, at least 1; captions of like length share one.
        dtype: "float16" halves the files; docs/targets.md says what it costs.
        precision: "bf16" or "fp16" runs the teacher under autocast.
        device: Where the teacher computes.
        on_progress: Called with (different captions done, different captions in all) at the start,
            when those of earlier runs are done, and after every batch; `core.progress.Pace` makes
            captions a second and the time left of it.

    Raises:
        InputError: when there is no caption, a size is below 1, or the directory holds something
            else, such as targets of another teacher or of other captions.
        EncoderUnavailable, AssetError: as `load_teacher`.
    """
    if isinstance(captions, str):
        raise InputError(f"one caption came, {captions[:40]!r}; give a list of captions")
    if min(shard_size, batch_size, len(captions)) < 1:
        raise InputError(
            f"{len(captions)} captions came in shards of {shard_size} and batches of {batch_size}; "
            "give at least 1 of each"
        )
    encoder = load_teacher(teacher, device=device)  # first: a fingerprint is of files that are here
    digests = text_digests(require_text(text, row) for row, text in enumerate(captions))
    first_rows, target_rows = _different(digests)
    plan = TargetPlan(
        teacher=teacher,
        teacher_fingerprint=encoder_fingerprint(teacher),
        captions=len(captions),
        captions_fingerprint=hashlib.sha256(digests.tobytes()).hexdigest(),
        targets=len(first_rows),
        key="caption",
        shard_size=shard_size,
        dtype=dtype,
        precision=precision,
    )
    versions = {name: version(name) for name in RECORDED_LIBRARIES}
    with target_writer(Path(directory), plan, versions) as writer:
        if not writer.has(ROWS_FILE):
            writer.write_rows(digests, target_rows)
        missing = writer.missing_shards()
        shown = _Progress(plan, missing, on_progress)
        for index in missing:
            embedded = encoder.embed_texts(
                [captions[int(row)] for row in first_rows[plan.shard_rows(index)]],
                normalise=False,
                batch_size=batch_size,
                precision=precision,
                on_progress=shown.tick,
            )
            shown.shard_done(len(embedded))
            writer.write_shard(index, embedded.vectors)
    return TargetShards(writer.directory)


def open_targets(source: str | Path, *, verify: bool = False) -> TargetShards:
    """Returns the targets in a directory, or M-CLIP's published ones by name.

    Args:
        source: A directory that `encode_targets` finished, or a name such as
            "M-CLIP/ImageCaptions-7M-Embeddings:Vit-B-32".
        verify: Read every file and compare its SHA-256; otherwise sizes only.

    Raises:
        InputError: when there are no targets, not all of them, or a file is damaged.
    """
    path = user_path(source)
    if path.is_dir() or ":" not in str(source):
        found = TargetShards(path)
    else:
        from tomclip.targets.published import published_targets

        found = published_targets(str(source))
    if verify:
        found.verify()
    return found


def _different(digests: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the row where each different digest comes first, and for every row which it is."""
    _, first, inverse = np.unique(digests, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return first[order], place[inverse]


class _Progress:
    """Turns captions done within a shard into captions done of all shards."""

    def __init__(
        self, plan: TargetPlan, missing: Sequence[int], on_progress: OnProgress | None
    ) -> None:
        self.total = plan.targets
        self.before = plan.targets - sum(len(plan.shard_rows(index)) for index in missing)
        self.report = on_progress or silent
        self.tick(0, 0)

    def shard_done(self, rows: int) -> None:
        self.before += rows

    def tick(self, done: int, _: int) -> None:
        self.report(self.before + done, self.total)
