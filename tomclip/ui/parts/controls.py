"""Widgets that several pages share: kept for the session and shown in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import get_args

import streamlit as st

from tomclip.core.errors import EncoderUnavailable
from tomclip.core.languages import LANGUAGES
from tomclip.core.types import METRICS, Metric
from tomclip.data import EmojiDataset, language
from tomclip.data.emoji import Subset
from tomclip.encoders import EncoderInfo, encoder_catalogue
from tomclip.encoders.added import known_encoders
from tomclip.ui import view_state
from tomclip.ui.parts.feedback import notice

SUBSET_TITLES: Mapping[str, str] = {
    "unseen": "Unseen concepts",
    "seen": "Training concepts",
    "all": "All concepts",
}
PREFERRED_ENCODERS = ("tomclip_exact", "tomclip", "mclip")
MORE_ENCODERS = "Others are added on the Encoders page."
COMPARED_ENCODERS = ("mclip", "tomclip_exact", "tomclip")


def encoder_titles() -> dict[str, str]:
    """Returns the shown title of every encoder of the studio, added ones last, by its name.

    Raises:
        EncoderUnavailable: when there is none.
    """
    known = known_encoders()
    if not known:
        raise EncoderUnavailable(
            "no encoder is on this machine; restore the shipped ones with 'git checkout -- assets'"
        )
    return {one.name: one.title for one in known}


def students() -> tuple[EncoderInfo, ...]:
    """Returns the shipped students and those of the runs, which read all languages."""
    return tuple(info for info in encoder_catalogue() if info.kind == "student")


def encoder_picker(label: str = "Encoder") -> str:
    """Returns the name of the chosen encoder."""
    titles = encoder_titles()
    default = next((name for name in PREFERRED_ENCODERS if name in titles), next(iter(titles)))
    return _single(st.selectbox, label, "encoder", titles, default, help=MORE_ENCODERS)


def encoders_picker(
    label: str = "Encoders", *, most: int = 4, key: str = "encoders"
) -> tuple[str, ...]:
    """Returns the names of the chosen encoders, the first one being the baseline."""
    titles = encoder_titles()
    default = [name for name in COMPARED_ENCODERS if name in titles][:2] or list(titles)[:2]
    return several_picker(label, key, titles, default, most=most, help_text=MORE_ENCODERS)


def language_picker(
    label: str = "Language", *, key: str = "language", default: str = "en", without: str = ""
) -> str:
    """Returns the code of the chosen language; `without` is not offered."""
    titles = {code: title for code, title in language_titles().items() if code != without}
    return _single(st.selectbox, label, key, titles, default if default in titles else "ko")


def languages_picker(
    default: Sequence[str], *, label: str = "Languages", key: str = "languages", most: int = 13
) -> tuple[str, ...]:
    """Returns the codes of the chosen languages in the order they were chosen."""
    return several_picker(label, key, language_titles(), default, most=most)


def metric_picker() -> Metric:
    """Returns the chosen distance."""
    help_text = "All vectors have length 1; cosine is half the square of Euclidean then."
    titles = {metric: metric.capitalize() for metric in METRICS}
    chosen = _single(st.segmented_control, "Distance", "metric", titles, "cosine", help=help_text)
    return chosen  # type: ignore[return-value]


def subset_picker(default: Subset = "unseen", *, key: str = "subset") -> Subset:
    """Returns the chosen subset of concepts; pages that share a `key` share the choice."""
    help_text = "No student read a caption of an unseen concept, in any language, while it trained."
    titles = {name: SUBSET_TITLES[name] for name in ("unseen", "seen", "all")}
    assert set(titles) == set(get_args(Subset))
    chosen = _single(st.segmented_control, "Concepts", key, titles, default, help=help_text)
    return chosen  # type: ignore[return-value]


def option_picker(label: str, key: str, titles: Mapping[str, str], **options: object) -> str:
    """Returns the key of the chosen option of a few, the first one being the default."""
    return _single(st.segmented_control, label, key, titles, next(iter(titles)), **options)


def select_picker(
    label: str, key: str, titles: Mapping[str, str], *, default: str | None = None
) -> str:
    """Returns the key of the chosen option of many."""
    return _single(st.selectbox, label, key, titles, default or next(iter(titles)))


def several_picker(
    label: str,
    key: str,
    titles: Mapping[str, str],
    default: Sequence[str],
    *,
    most: int,
    placeholder: str | None = None,
    help_text: str | None = None,
) -> tuple[str, ...]:
    """Returns the keys of the chosen options, at most `most`, in the order they were chosen."""
    notice(view_state.seed_many(key, titles, default, most=most))
    chosen = st.multiselect(
        label,
        list(titles),
        format_func=lambda value: titles.get(value, str(value)),
        key=key,
        max_selections=most,
        persist_state="session",
        on_change=view_state.by_widget,
        placeholder=placeholder,
        help=help_text,
    )
    view_state.publish(key, chosen)
    return tuple(chosen)


def number_slider(
    label: str, key: str, low: int, high: int, default: int, *, help_text: str | None = None
) -> int:
    """Returns the chosen whole number; there is no slider where only `high` is possible."""
    if high <= low:
        return high
    notice(view_state.seed_number(key, low, high, default))
    chosen = st.slider(
        label,
        low,
        high,
        key=key,
        persist_state="session",
        on_change=view_state.by_widget,
        help=help_text,
    )
    view_state.publish(key, chosen)
    return int(chosen)


def second_encoder_picker(first: str) -> str:
    """Returns the name of an encoder to set beside the first one, or ""."""
    titles = {"": "none", **encoder_titles()}
    titles.pop(first, None)
    return _single(st.selectbox, "Beside it", "beside", titles, "")


def rendering_picker(data: EmojiDataset) -> str:
    """Returns the name of the rendering whose pictures are shown; the held-out one at first."""
    held_out = data.held_out_rendering
    titles = {name: name + (" (held out)" if name == held_out else "") for name in data.renderings}
    return _single(st.selectbox, "Drawn by", "rendering", titles, held_out)


def pictures_toggle() -> bool:
    """Returns whether pictures are put on the map beside the captions."""
    return st.toggle("Show the pictures' own vectors", key="pictures", persist_state="session")


def language_titles(codes: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """Returns the shown name of every language by its code."""
    return {code: _language_title(code) for code in codes}


def language_names(codes: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """Returns the English name of every language by its code, for figures."""
    return {code: language(code).name for code in codes}


def _language_title(code: str) -> str:
    known = language(code)
    return known.name if known.name == known.endonym else f"{known.name} · {known.endonym}"


def _single(
    widget: Callable[..., object],
    label: str,
    key: str,
    titles: Mapping[str, str],
    default: str,
    **options: object,
) -> str:
    notice(view_state.seed(key, titles, default))
    required = {"required": True} if widget is st.segmented_control else {}
    chosen = widget(
        label,
        list(titles),
        format_func=lambda value: titles.get(value, value),
        key=key,
        persist_state="session",
        on_change=view_state.by_widget,
        **required,
        **options,
    )
    chosen = chosen if isinstance(chosen, str) and chosen in titles else default
    view_state.publish(key, chosen)
    return chosen
