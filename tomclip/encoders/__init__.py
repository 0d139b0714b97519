"""Encoders: teachers (open_clip) and students (transformers), by name, with their vectors cached.

`Teacher` and `Student` load torch when they are first asked for; everything else here is light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tomclip.core.lazy import lazy_names
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
    image_encoder_or_itself,
    load_image_encoder,
    load_student,
    load_teacher,
    load_text_encoder,
    reads_pictures,
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
    "image_encoder_or_itself",
    "load_image_encoder",
    "load_student",
    "load_teacher",
    "load_text_encoder",
    "memory_estimate",
    "published_encoders",
    "reads_pictures",
    "search_encoders",
]


__getattr__, _ = lazy_names(__name__, {"Student": "student.encoder", "Teacher": "teacher.encoder"})
