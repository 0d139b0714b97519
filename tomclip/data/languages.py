"""The 13 languages of the paper: codes, names and image prompts."""

from __future__ import annotations

from dataclasses import dataclass

from tomclip.config import LANGUAGES
from tomclip.errors import InputError


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `prompt` holds `{}` where a class name goes (You, Kang, Jung 2025)."""

    code: str
    name: str
    endonym: str
    prompt: str


_TABLE = {
    row.code: row
    for row in (
        Language("en", "English", "English", "a photo of a {}"),
        Language("ko", "Korean", "한국어", "{}가 있는 사진"),
        Language("ja", "Japanese", "日本語", "{}の写真"),
        Language("fr", "French", "Français", "une photo d’un(e) {}"),
        Language("es", "Spanish", "Español", "una foto de un(a) {}"),
        Language("ru", "Russian", "Русский", "фото {}"),
        Language("it", "Italian", "Italiano", "una foto di un(a) {}"),
        Language("zh", "Chinese", "中文", "一张{}的照片"),
        Language("vi", "Vietnamese", "Tiếng Việt", "một bức ảnh về {}"),
        Language("da", "Danish", "Dansk", "et billede af en {}"),
        Language("pl", "Polish", "Polski", "zdjęcie {}"),
        Language("tr", "Turkish", "Türkçe", "{} fotoğrafı"),
        Language("de", "German", "Deutsch", "ein Foto von einem/einer {}"),
    )
}


def language(code: str) -> Language:
    """Returns the language with this ISO 639-1 code.

    Raises:
        InputError: when the code is not one of the 13, listing them.
    """
    if code not in _TABLE:
        raise InputError(f"language is {code!r}; use one of {', '.join(LANGUAGES)}")
    return _TABLE[code]


def languages() -> tuple[Language, ...]:
    """Returns all languages in the paper's order, English first."""
    return tuple(_TABLE[code] for code in LANGUAGES)
