"""What a directory of teacher targets holds: its plan, its files and the manifest that lists them.

manifest.json      the plan, library versions, SHA-256 and size of every other file
rows.arrow         per caption the key that finds it and the row of its vector
shard-00000.arrow  `shard_size` vectors, a fixed-size list of float32 or float16
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.files.manifests import MANIFEST
from tomclip.core.reading.json_text import read_json_object

ROWS_FILE = "rows.arrow"
SCHEMA = 1
TargetType = Literal["float32", "float16"]
Key = Literal["caption", "source_row"]


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """What a directory of targets is to hold; another plan is never written into it.

    `captions` rows have `targets` different vectors. `key` says what finds a row again: the digest
    of its English caption (`tomclip.files.text_digests`), or its row in the source of the captions.
    `precision` is how the teacher computed, `dtype` how the vectors are stored.
    """

    teacher: str
    teacher_fingerprint: str
    captions: int
    captions_fingerprint: str
    targets: int
    key: Key
    shard_size: int
    dtype: TargetType
    precision: str = "fp32"

    @property
    def n_shards(self) -> int:
        """Number of shards; the last one may be shorter."""
        return -(-self.targets // self.shard_size)

    def shard_rows(self, index: int) -> range:
        """Returns the rows of the vectors in a shard."""
        start = index * self.shard_size
        return range(start, min(start + self.shard_size, self.targets))


@dataclass(slots=True)
class TargetManifest:
    """The plan, the length of a vector once known, and the digest of every file that is there."""

    plan: TargetPlan
    versions: dict[str, str]
    dimension: int | None = None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def save(self, directory: Path) -> None:
        """Replaces the directory's manifest."""
        with write_errors(directory, InputError):
            write_json_atomically(directory / MANIFEST, {"schema": SCHEMA, **asdict(self)})

    @classmethod
    def read(cls, directory: Path) -> TargetManifest:
        """Returns the directory's manifest; raises InputError when there is none that fits."""
        try:
            values: Any = read_json_object(directory / MANIFEST, advice="make it again")
            if values.pop("schema") != SCHEMA:
                raise ValueError("another schema")
            return cls(**values | {"plan": TargetPlan(**values["plan"])})
        except (InputError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{directory} holds no readable targets ({error}); make them with 'tomclip targets'"
            ) from error


def shard_file(index: int) -> str:
    """Returns the name of a shard's file."""
    return f"shard-{index:05d}.arrow"
