"""What the tour shows: a page, a view of it that is prepared, and what to look at there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tomclip.core.paths import project_directory
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.kinds import AnyChoice

CAT, FOX = "고양이", "여우"
BOTH = ("mclip", "tomclip_exact")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the tour.

    Attributes:
        name: in an address.
        page: address of its page, such as "topology".
        script: of that page, below the studio's folder.
        title: what is shown, in a few words.
        look: what to look at and why, in a sentence.
        view: what is chosen on the page for it; all else stands at its default.
    """

    name: str
    page: str
    script: str
    title: str
    look: str
    view: tuple[tuple[AnyChoice, Any], ...] = ()


STEPS = (
    Step(
        "verdict",
        choices.OVERVIEW,
        "pages/1_overview.py",
        "The verdict",
        "Read the sentence in blue first: it names the encoder that keeps every language nearest "
        "to the shape of English, and says whether its accuracy can be told from the baseline's.",
        ((choices.SCORED, "all"),),
    ),
    Step(
        "map",
        choices.EMBEDDINGS,
        "pages/2_embeddings.py",
        "The same captions, twice",
        "Each point is a caption under the baseline, left, and under ToMCLIP, right; the maps are "
        "aligned, so what lies elsewhere on the right was moved by training for shape.",
        (
            (choices.ENCODER, "mclip"),
            (choices.BESIDE, ("tomclip_exact",)),
            (choices.LANGUAGES, ("en", "ko", "ja")),
            (choices.SUBSET, "unseen"),
            (choices.METRIC, "cosine"),
        ),
    ),
    Step(
        "diagram",
        choices.TOPOLOGY,
        "pages/3_topology.py",
        "Shape as a diagram",
        "A mark is a group that merges (H0) or a loop (H1), at the distances where it begins and "
        "ends; the nearer the colours lie to the grey of English, the more its shape is kept.",
        (
            (choices.TOPOLOGY_VIEW, "diagram"),
            (choices.ENCODER, "tomclip_exact"),
            (choices.LANGUAGES, ("ko", "ja")),
            (choices.SUBSET, "unseen"),
            (choices.METRIC, "cosine"),
        ),
    ),
    Step(
        "loops",
        choices.TOPOLOGY,
        "pages/3_topology.py",
        "The words round a loop",
        "These loops are in Korean and not in English: click one to read the captions round it, "
        "and mind the sign ≈, which stands before a loop that is not told from noise.",
        (
            (choices.TOPOLOGY_VIEW, "loops"),
            (choices.ENCODER, "tomclip_exact"),
            (choices.SUBSET, "unseen"),
            (choices.METRIC, "cosine"),
            (choices.LOOPS_IN, "ko"),
            (choices.NOT_IN, "en"),
        ),
    ),
    Step(
        "compare",
        choices.COMPARE,
        "pages/4_compare.py",
        "Better, or chance?",
        "A dot right of the line is a language where ToMCLIP is better than the baseline; only a "
        "filled dot, whose 95 % interval leaves zero out, is more than chance.",
        (
            (choices.COMPARISON, "scores"),
            (choices.ENCODERS, BOTH),
            (choices.SUBSET, "all"),
            (choices.COMPARED_SCORE, "zero_shot_top1"),
        ),
    ),
    Step(
        "ask",
        choices.ZERO_SHOT,
        "pages/5_zero_shot.py",
        "Ask the encoders",
        f"{CAT} is Korean for cat: see which pictures each encoder puts first, then ask for a fox, "
        f"{FOX}, or a word of your own; not every word is understood.",
        ((choices.TASK, "text"), (choices.ENCODERS, BOTH), (choices.QUERY, CAT)),
    ),
    Step(
        "train",
        choices.TRAIN,
        "pages/6_train.py",
        "Train one yourself",
        "Under New run, look at the weights of H0 and H1: they say how much the shape counts "
        "beside accuracy, and the curves show both move while it trains.",
    ),
    Step(
        "export",
        "export",
        "pages/12_export.py",
        "Take it to a paper",
        "Figures that you added on the other pages are arranged here as one, as wide as a column "
        "of a paper; the settings that made them go along with it.",
    ),
)


def steps() -> Mapping[str, Step]:
    """Returns the steps whose pages this studio has, by name and in order."""
    root = project_directory()
    return {step.name: step for step in STEPS if (root / step.script).is_file()}
