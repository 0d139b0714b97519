"""Languages: codes, names, image prompts. 13 are the paper's; benchmarks bring others."""

from __future__ import annotations

from dataclasses import dataclass

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


def language(code: str) -> Language:
    """Returns the language with this code, one of the paper's or of a benchmark's.

    Raises:
        InputError: when the code is unknown, listing the known ones.
    """
    if code not in _TABLE:
        raise InputError(f"language is {code!r}; use one of {', '.join(_TABLE)}")
    return _TABLE[code]


def languages() -> tuple[Language, ...]:
    """Returns the paper's 13 languages in its order, English first."""
    return tuple(_TABLE[code] for code in LANGUAGES)


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


FLORES_CODES = {
    "ar": "arb_Arab",
    "bn": "ben_Beng",
    "cs": "ces_Latn",
    "da": "dan_Latn",
    "de": "deu_Latn",
    "el": "ell_Grek",
    "en": "eng_Latn",
    "es": "spa_Latn",
    "fa": "pes_Arab",
    "fi": "fin_Latn",
    "fil": "tgl_Latn",
    "fr": "fra_Latn",
    "he": "heb_Hebr",
    "hi": "hin_Deva",
    "hr": "hrv_Latn",
    "hu": "hun_Latn",
    "id": "ind_Latn",
    "it": "ita_Latn",
    "ja": "jpn_Jpan",
    "jp": "jpn_Jpan",
    "ko": "kor_Hang",
    "mi": "mri_Latn",
    "nl": "nld_Latn",
    "no": "nob_Latn",
    "pl": "pol_Latn",
    "pt": "por_Latn",
    "quz": "quy_Latn",
    "ro": "ron_Latn",
    "ru": "rus_Cyrl",
    "sv": "swe_Latn",
    "sw": "swh_Latn",
    "te": "tel_Telu",
    "th": "tha_Thai",
    "tr": "tur_Latn",
    "uk": "ukr_Cyrl",
    "vi": "vie_Latn",
    "zh": "zho_Hans",
}
"""By the codes of the benchmarks. Cusco Quechua (quz) is read as Ayacucho Quechua, the only
Quechua of FLORES-200, and Filipino as Tagalog."""


def flores_code(language: str) -> str:
    """Returns the FLORES-200 code of an ISO 639 code, or `language` itself when it is one.

    Raises:
        InputError: when the language is neither.
    """
    if language in FLORES_CODES:
        return FLORES_CODES[language]
    if language in FLORES_CODES.values():
        return language
    raise InputError(
        f"language {language!r} has no FLORES-200 code here; use {', '.join(FLORES_CODES)}"
    )
