"""Keys of widgets and figures: each kind has its own head, so that no two kinds share a key."""

from __future__ import annotations

from tomclip.ui.view_state.kinds import AnyChoice


def choice_key(choice: AnyChoice) -> str:
    """Returns the key of the widget that shows a choice."""
    return f"choice:{choice.name}"


def group_key(choice: AnyChoice) -> str:
    """Returns the key of the widget that shows which group of a choice's options is open."""
    return f"group:{choice.name}"


def last_shown_key(choice: AnyChoice, group: str) -> str:
    """Returns where a session keeps which option of a group it showed last."""
    return f"last:{choice.name}:{group}"


def figure_key(figure: str) -> str:
    """Returns the key of a figure, given as "page/name"."""
    return f"figure:{figure}"


def download_key(figure: str, form: str) -> str:
    """Returns the key of the button that downloads a figure in one form."""
    return f"download:{figure}.{form}"


def file_stem(figure: str) -> str:
    """Returns how the downloaded files of a figure are named, without their ending."""
    return figure.replace("/", "_")
