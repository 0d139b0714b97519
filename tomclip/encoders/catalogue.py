"""The encoders that are on this machine, by name, without loading any of them.

A name is one of the catalogue's ("emoji-teacher", "mclip", "baseline:<name>", "run:<id>"), a
directory (with or without "local-dir:" before it), a file or folder of precomputed vectors
("vectors:PATH"), or a published model, which may end in "@REVISION" ("ViT-B-32/openai",
"hf-hub:OWNER/MODEL", "M-CLIP/XLM-Roberta-Large-Vit-B-32").
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.files.manifests import read_manifest
from tomclip.core.paths import assets_directory, runs_directory, user_path
from tomclip.encoders.hub.names import (
    HUB_PREFIX,
    STUDENT_PREFIX,
    published_revision,
)
from tomclip.encoders.hub.repository import split_revision
from tomclip.encoders.info import EncoderInfo
from tomclip.encoders.lacking import lacking_package, lacking_prior, last_source
from tomclip.encoders.mapped import settings as mapped
from tomclip.encoders.packaged.origins import (
    describe_packaged,
    packaged_origin,
    require_origin,
)
from tomclip.encoders.packaged.records import PACKAGED
from tomclip.encoders.student.settings import (
    SETTINGS_FILE,
    StudentSettings,
    published_teacher_name,
    read_settings,
)

EMOJI_TEACHER = "emoji-teacher"
TEACHER_FILE = "open_clip_config.json"
LOCAL_PREFIX = "local-dir:"
RUN_PREFIX = "run:"
VECTORS_PREFIX = "vectors:"
STUDENT_ORDER = ("mclip", "tomclip", "tomclip_exact", "anchored")
_LOGGER = logging.getLogger(__name__)


def encoder_catalogue() -> tuple[EncoderInfo, ...]:
    """Returns the teacher, shipped students, baselines, each run's best student, text encoders.

    One that stands on what is not on this machine is listed and says so as its `lacking`; a
    directory that cannot be described is left out and logged.
    """
    found = []
    for name, path in _named_directories().items():
        try:
            found.append(_describe(name, path))
        except (AssetError, EncoderUnavailable) as error:
            _LOGGER.warning("%s is left out of the catalogue: %s", name, error)
    origins = (packaged_origin(name) for name in PACKAGED)
    return (*found, *(describe_packaged(origin) for origin in origins if origin is not None))


def find_encoder(name: str) -> EncoderInfo | None:
    """Returns the encoder on this machine that `name` means: a catalogue name, directory or file.

    Returns None for a published model's name.

    Raises:
        EncoderUnavailable: listing the known names, when `name` can be none of these.
        AssetError: when the encoder's description is damaged.
    """
    path = user_path(name.removeprefix(LOCAL_PREFIX))
    if name.startswith(VECTORS_PREFIX):
        path = vectors_path(name)
        return EncoderInfo(name, "vectors", path, teacher=name, title=path.name)
    if name in PACKAGED:
        return describe_packaged(require_origin(name))
    if (named := _named_directory(name)) is not None:
        return _describe(name, named)
    if name.startswith(LOCAL_PREFIX) or (name and path.is_dir()):
        return _describe(name, path)
    if name.startswith(HUB_PREFIX) or ("/" in name and not name.startswith(RUN_PREFIX)):
        return None
    known = [*_named_directories(), *(one for one in PACKAGED if packaged_origin(one))]
    raise EncoderUnavailable(
        f"there is no encoder {name!r} on this machine; use {', '.join(known) or '(none found)'}, "
        "a directory, or a published model such as 'ViT-B-32/openai'"
    )


def vectors_path(name: str) -> Path:
    """Returns the file or folder that "vectors:PATH" names.

    Raises:
        EncoderUnavailable: when there is none of that name.
    """
    from tomclip.encoders.stored.files import SUFFIXES

    path = name.removeprefix(VECTORS_PREFIX)
    if path and (found := user_path(path)).exists():
        return found
    raise EncoderUnavailable(
        f"{name!r} names no file or folder that exists; give a file of vectors "
        f"({', '.join(SUFFIXES)}) or a folder of such files after {VECTORS_PREFIX!r}"
    )


def image_encoder_name(name: str) -> str:
    """Returns the name of the teacher that `load_image_encoder` loads, without loading it.

    Raises:
        EncoderUnavailable: when `name` is unknown, or reads texts only.
    """
    info = find_encoder(name)
    if info is not None and info.kind == "text":
        raise EncoderUnavailable(
            f"{name!r} reads texts only and knows no pictures; name a teacher, or a student that "
            f"was trained from it (student.start_from: {name})"
        )
    if info is not None:
        return info.teacher
    return published_teacher_name(split_revision(name)[0]) if is_student(name) else name


def reads_pictures(name: str) -> bool:
    """Returns whether pictures go with `name`: not with a text encoder that a package brings.

    Raises:
        EncoderUnavailable: when it is unknown.
    """
    info = find_encoder(name)
    return info is None or info.kind != "text"


def image_encoder_or_itself(name: str) -> str:
    """Returns the encoder whose image tower goes with `name`; itself, where it knows no pictures.

    Raises:
        EncoderUnavailable: when it is unknown.
    """
    return image_encoder_name(name) if reads_pictures(name) else name


def encoder_revision(name: str) -> str | None:
    """Returns the commit of a published model's weights on this machine.

    None where there is none: before they are downloaded, and for encoders of one's own, which
    `encoder_fingerprint` identifies.

    Raises:
        EncoderUnavailable: when `name` is unknown.
    """
    return published_revision(name) if find_encoder(name) is None else None


def is_student(name: str) -> bool:
    """Returns whether `name` means a student; raises EncoderUnavailable when it is unknown."""
    info = find_encoder(name)
    if info is None:
        return name.startswith(STUDENT_PREFIX)
    return info.kind == "student"


def _named_directory(name: str) -> Path | None:
    """Returns what `_named_directories` has under the name, without listing any folder."""
    folder, file = name.removeprefix(RUN_PREFIX).removeprefix(mapped.PREFIX), SETTINGS_FILE
    if not folder or Path(folder).name != folder:  # a path is no name
        return None
    path = assets_directory() / "emoji" / "students" / folder
    if name == EMOJI_TEACHER:
        path, file = assets_directory() / "emoji" / "teacher", TEACHER_FILE
    elif name.startswith(RUN_PREFIX):
        path = runs_directory() / folder / "checkpoints" / "best"
    elif name.startswith(mapped.PREFIX):
        path, file = mapped.baselines_directory() / folder, mapped.SETTINGS_FILE
    return path if (path / file).is_file() else None


def _named_directories() -> dict[str, Path]:
    teacher = assets_directory() / "emoji" / "teacher"
    found = {EMOJI_TEACHER: teacher} if (teacher / TEACHER_FILE).is_file() else {}
    shipped = _students_below(assets_directory() / "emoji" / "students", "*")
    found |= {path.name: path for path in sorted(shipped, key=_shipped_first)}
    found |= mapped.baseline_directories()
    runs = sorted(_students_below(runs_directory(), "*/checkpoints/best"))
    return found | {RUN_PREFIX + path.parent.parent.name: path for path in runs}


def _students_below(folder: Path, pattern: str) -> Iterator[Path]:
    return (path.parent for path in folder.glob(f"{pattern}/{SETTINGS_FILE}"))


def _shipped_first(path: Path) -> tuple[int, str]:
    known = path.name in STUDENT_ORDER
    return (STUDENT_ORDER.index(path.name) if known else len(STUDENT_ORDER), path.name)


def _describe(name: str, path: Path) -> EncoderInfo:
    if mapped.is_mapped_directory(path):
        return _described_map(name, path)
    is_teacher = (path / TEACHER_FILE).is_file()
    if not is_teacher and not (path / SETTINGS_FILE).is_file():
        raise EncoderUnavailable(
            f"{path} holds neither {TEACHER_FILE} (a teacher) nor {SETTINGS_FILE} (a student); "
            "name a directory that holds one, such as a run's checkpoints/best"
        )
    facts, settings = _facts(path), None if is_teacher else read_settings(path)
    return EncoderInfo(
        name=name,
        kind="teacher" if settings is None else "student",
        path=path,
        teacher=name if settings is None else settings.teacher,
        title=str(facts.get("title", _run_title(name))) + _fold_title(settings),
        description=str(facts.get("description", "")),
        facts=facts,
        lacking="" if settings is None else lacking_prior(settings.prior),
    )


def _fold_title(settings: StudentSettings | None) -> str:
    """Returns what a title adds of a student whose unseen concepts are not those of the others."""
    return "" if settings is None or settings.fold is None else f" · fold {settings.fold}"


def _described_map(name: str, path: Path) -> EncoderInfo:
    fitted = mapped.read_mapped(path)
    return EncoderInfo(
        name=name,
        kind="student" if fitted.teacher else "text",
        path=path,
        teacher=fitted.teacher,
        title=fitted.title,
        description=fitted.description,
        facts=fitted.facts,
        lacking=_lacking_source(last_source(fitted)),
    )


def _lacking_source(source: str | None) -> str:
    """Returns why the encoder behind a baseline cannot be had, or ""."""
    if source is None:
        return ""
    if lacking := lacking_package(source):
        return lacking
    try:
        info = find_encoder(source)
    except EncoderUnavailable:
        return f"{source}, from which it was fitted, is not on this machine"
    return "" if info is None else info.lacking


def _run_title(name: str) -> str:
    """Returns "slug · 6 hex" for "run:<utc>-<slug>-<6 hex>", and any other name as it is."""
    _, _, slug = name.removeprefix(RUN_PREFIX).partition("-")
    slug, _, digits = slug.rpartition("-")
    return f"{slug} · {digits}" if slug and name.startswith(RUN_PREFIX) else name


def _facts(path: Path) -> dict[str, Any]:
    try:
        manifest = read_manifest(path)
    except AssetError:
        return {}
    return {key: value for key, value in manifest.items() if key not in ("files", "schema")}
