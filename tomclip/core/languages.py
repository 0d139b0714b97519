"""Languages: codes, names, image prompts. 13 are the paper's; benchmarks bring others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tomclip.core.errors import InputError

LANGUAGES: tuple[str, ...] = (
    "en",
    "ko",
    "ja",
    "fr",
    "es",
    "ru",
    "it",
    "zh",
    "vi",
    "da",
    "pl",
    "tr",
    "de",
)
"""The paper's 13 languages in its order."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: ISO 639-1 where there is one, otherwise the code that benchmarks use (fil, quz).
        name: its English name.
        endonym: its own name.
        prompt: the image prompt, with `{}` where a class name goes (You, Kang, Jung 2025); None
            for a language that the paper has no prompt in.
    """

    code: str
    name: str
    endonym: str
    prompt: str | None = None


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
        Language("ar", "Arabic", "العربية"),
        Language("bn", "Bengali", "বাংলা"),
        Language("cs", "Czech", "Čeština"),
        Language("el", "Greek", "Ελληνικά"),
        Language("fa", "Persian", "فارسی"),
        Language("fi", "Finnish", "Suomi"),
        Language("fil", "Filipino", "Filipino"),
        Language("he", "Hebrew", "עברית"),
        Language("hi", "Hindi", "हिन्दी"),
        Language("hr", "Croatian", "Hrvatski"),
        Language("hu", "Hungarian", "Magyar"),
        Language("id", "Indonesian", "Bahasa Indonesia"),
        Language("mi", "Maori", "Te reo Māori"),
        Language("nl", "Dutch", "Nederlands"),
        Language("no", "Norwegian", "Norsk"),
        Language("pt", "Portuguese", "Português"),
        Language("quz", "Cusco Quechua", "Runasimi"),
        Language("ro", "Romanian", "Română"),
        Language("sv", "Swedish", "Svenska"),
        Language("sw", "Swahili", "Kiswahili"),
        Language("te", "Telugu", "తెలుగు"),
        Language("th", "Thai", "ไทย"),
        Language("uk", "Ukrainian", "Українська"),
    )
}

_SHORT_TAG = re.compile("[A-Za-z]{2}([-_][A-Za-z]{2,4})?")
_MACROLANGUAGES = {"nb": "no", "nn": "no"}  # both written Norwegians, which BCP 47 keeps apart


def language(tag: str) -> Language:
    """Returns the language of a tag such as "zh" or "zh-CN".

    One that is neither the paper's nor a benchmark's, such as "ca" of a workspace, is called by its
    tag and has no prompt.

    Raises:
        InputError: when it is no registered tag, listing the languages of the table.
    """
    code = parse_language(tag)
    return _TABLE.get(code) or Language(code, code, code)


def parse_language(tag: object) -> str:
    """Returns the code of the language that a tag names, as this project writes it.

    Any spelling of BCP 47 is understood: zh-CN, zh_CN and zh-Hans are "zh", iw is "he", nb is "no".
    A region is dropped, another script is not: zh-TW is "zh-Hant". Languages outside of the table
    keep their tag, in its canonical spelling.

    Raises:
        InputError: when it is no registered tag; a country's code is answered with its language.

    References:
        BCP 47 (RFC 5646), Tags for Identifying Languages.
    """
    if tag is False:
        raise InputError("language is false, as YAML reads a bare no; quote it: 'no'")
    if not isinstance(tag, str):
        raise InputError(f"language is {tag!r}; write a code such as 'ko' as text")
    return tag if tag in _TABLE else _parsed(tag.strip())


def code_or_tag(tag: str) -> str:
    """Returns the code of a language's tag; what is none comes back, for the caller to refuse."""
    return parse_language(tag) if is_language_tag(tag) else tag


def is_language_tag(text: str) -> bool:
    """Tells whether `parse_language` understands the text."""
    try:
        parse_language(text)
    except InputError:
        return False
    return True


@lru_cache(maxsize=512)
def _parsed(tag: str) -> str:
    from langcodes import Language as Tag
    from langcodes import standardize_tag, tag_is_valid
    from langcodes.tag_parser import LanguageTagError

    try:
        standard = standardize_tag(tag)
    except LanguageTagError as error:
        raise _unknown(tag) from error
    if not tag_is_valid(standard):
        raise _unknown(tag, _of_country(standard))
    for spelled in (standard, standardize_tag(standard, macro=True)):
        meant = Tag.get(spelled)
        code = _MACROLANGUAGES.get(str(meant.language), str(meant.language))
        if code in _TABLE:
            script = meant.maximize().script
            usual = Tag.get(code).maximize().script
            return code if script == usual else f"{code}-{script}"
    return standard


def _of_country(code: str) -> str:
    """Returns the known language of a country's code such as "jp", else ""."""
    from langcodes import Language as Tag
    from langcodes import tag_is_valid

    if len(code) != 2 or not tag_is_valid(f"und-{code}"):
        return ""
    spoken = str(Tag.get(f"und-{code}").maximize().language)
    guessed = spoken == "en"  # what an unknown country is taken to speak
    return spoken if spoken in _TABLE and not guessed else ""


def _unknown(tag: str, meant: str = "") -> InputError:
    hint = f", a country's code, whose language is {meant}" if meant else ""
    return InputError(f"language is {tag!r}{hint}; use one of {', '.join(_TABLE)}")


def languages() -> tuple[Language, ...]:
    """Returns the paper's 13 languages in its order, English first."""
    return tuple(_TABLE[code] for code in LANGUAGES)


def known_languages() -> tuple[Language, ...]:
    """Returns every language of the table: the paper's, and those that benchmarks bring."""
    return tuple(_TABLE.values())


def language_named(name: str) -> str | None:
    """Returns the code of a language by a code or tag of two letters ("ko", "zh-CN") or its name.

    Names are English ones and a language's own, in any capitals. Returns None for what is neither,
    and for other codes of three letters than the table's: too many words are one.
    """
    text = name.strip()
    known = _codes_by_name().get(text.casefold())
    if known is not None:
        return known
    if not _SHORT_TAG.fullmatch(text):
        return None
    return parse_language(text) if is_language_tag(text) else None


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    named = {}
    for row in _TABLE.values():
        named |= dict.fromkeys((row.code, row.name.casefold(), row.endonym.casefold()), row.code)
    return named


def require_prompt(code: str) -> str:
    """Returns the language's image prompt, `{}` included.

    Raises:
        InputError: when the language is unknown or has no prompt, naming those that have one.
    """
    row = language(code)
    if row.prompt is None:
        having = ", ".join(other.code for other in _TABLE.values() if other.prompt is not None)
        raise InputError(
            f"{row.name} ({code}) has no image prompt for zero-shot classification; "
            f"use one of {having}"
        )
    return row.prompt


def prompted(class_name: str, code: str) -> str:
    """Returns the class name in the language's image prompt, such as "a photo of a cat".

    Raises:
        InputError: when the language is unknown or has no prompt.
    """
    return require_prompt(code).format(class_name)
