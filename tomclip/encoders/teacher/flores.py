"""FLORES-200 codes, by which NLLB's tokenizer knows its languages."""

from __future__ import annotations

from tomclip.core.errors import InputError
from tomclip.core.languages import parse_language

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
    """Returns the FLORES-200 code of a language tag, or `language` itself when it is one.

    Raises:
        InputError: when the language is neither.
    """
    if language in FLORES_CODES.values():
        return language
    code = language if language in FLORES_CODES else parse_language(language)
    if code in FLORES_CODES:
        return FLORES_CODES[code]
    raise InputError(
        f"language {language!r} has no FLORES-200 code here; use {', '.join(FLORES_CODES)}"
    )
