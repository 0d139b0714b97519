"""Encoders: teachers (open_clip) and students (transformers), by name, with their vectors cached.

`Teacher` and `Student` load torch when they are first asked for; everything else here is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tomclip.encoders.cache import cached_image_embeddings, cached_text_embeddings
from tomclip.encoders.device import DeviceMemory, choose_device, describe_device, device_memories
from tomclip.encoders.hub.search import PublishedEncoder, published_encoders, search_encoders
from tomclip.encoders.memory.forecast import MemoryEstimate, memory_estimate
from tomclip.encoders.protocol import ImageEncoder, Images, StoredPictures, TextEncoder
from tomclip.encoders.registry import (
    EncoderInfo,
    encoder_catalogue,
    encoder_fingerprint,
    encoder_revision,
    image_encoder_name,
    load_image_encoder,
    load_student,
    load_teacher,
    load_text_encoder,
)

if TYPE_CHECKING:
    from tomclip.encoders.student.encoder import Student
    from tomclip.encoders.teacher.encoder import Teacher

__all__ = [
    "DeviceMemory",
    "EncoderInfo",
    "ImageEncoder",
    "Images",
    "MemoryEstimate",
    "PublishedEncoder",
    "StoredPictures",
    "Student",
    "Teacher",
    "TextEncoder",
    "cached_image_embeddings",
    "cached_text_embeddings",
    "choose_device",
    "describe_device",
    "device_memories",
    "encoder_catalogue",
    "encoder_fingerprint",
    "encoder_revision",
    "image_encoder_name",
    "load_image_encoder",
    "load_student",
    "load_teacher",
    "load_text_encoder",
    "memory_estimate",
    "published_encoders",
    "search_encoders",
]


def __getattr__(name: str) -> Any:
    if name in ("Student", "Teacher"):
        return getattr(import_module(f"tomclip.encoders.{name.lower()}.encoder"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
