"""Python lines from the data to persistence diagrams: what all figures of diagrams begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tomclip.export.lines.heads import head_text
from tomclip.export.lines.items import Items, items_text, sampled_text
from tomclip.figures import FigureContext

BARS = """\
table = pd.concat(
    [group.to_frame().assign({series}=name) for name, group in diagrams.items()],
    ignore_index=True,
)[["{series}", "homology_dimension", "birth", "death"]]
"""


@dataclass(frozen=True, slots=True)
class Cloud:
    """What diagrams are computed on.

    Attributes:
        encoder: its name.
        head: what the figure says of itself.
        languages: codes, in order.
        subset: of the emoji: "all", "seen" or "unseen".
        metric: "cosine" or "euclidean".
        max_points: most items taken.
        landmarks: whether they spread out in the reference (max-min) in place of a seeded sample.
        max_dimension: highest homology dimension.
        reference: code of the language that others are compared with.
        workspace: name or folder of a workspace; "" is the embedded emoji.
        described: languages in which every item must have a text.
    """

    encoder: str
    head: FigureContext
    languages: Sequence[str]
    subset: str = "all"
    metric: str = "cosine"
    max_points: int = 300
    landmarks: bool = False
    max_dimension: int = 1
    reference: str = "en"
    workspace: str = ""
    described: Sequence[str] = ()


def distances_text(cloud: Cloud) -> str:
    """Returns the lines that make `items`, `distances` by language and `context`."""
    return f"""{_sample_text(cloud)}
distances = {{
    code: distance_matrix(vectors({cloud.encoder!r}, code, items), metric={cloud.metric!r})
    for code in {list(cloud.languages)!r}
}}
{head_text(cloud.head, cloud.languages)}
"""


def diagrams_text(cloud: Cloud) -> str:
    """Returns the lines that make `items`, `diagrams` by language and `context`."""
    return f"""{distances_text(cloud)}
diagrams = {{
    code: persistence_diagrams(one, max_dimension={cloud.max_dimension})
    for code, one in distances.items()
}}
"""


def encoder_diagrams_text(cloud: Cloud, encoders: Mapping[str, str]) -> str:
    """Returns the lines that make `diagrams` by encoder, of the cloud's first language.

    Args:
        cloud: whose seeded sample is taken; its encoder is not looked at.
        encoders: shown title by name.
    """
    return f"""{_sample_text(cloud)}
encoders = {dict(encoders)!r}
clouds = {{name: vectors(name, {cloud.languages[0]!r}, items) for name in encoders}}
diagrams = {{
    name: persistence_diagrams(
        distance_matrix(one, metric={cloud.metric!r}), max_dimension={cloud.max_dimension}
    )
    for name, one in clouds.items()
}}
{head_text(cloud.head, encoders)}
"""


def bars_text(series: str = "language") -> str:
    """Returns the lines that make `table` of all bars of `diagrams`; `series` names its column."""
    return BARS.format(series=series)


def _sample_text(cloud: Cloud) -> str:
    read = items_text(Items(cloud.workspace, cloud.subset, cloud.described))
    if not cloud.landmarks:
        return f"{read}\n{sampled_text(cloud.max_points)}"
    return f"""{read}
spread = vectors({cloud.encoder!r}, {cloud.reference!r}, items)
landmarks = maxmin_landmarks(
    spread, min({cloud.max_points}, len(items)), metric={cloud.metric!r}
)
items = items[np.sort(landmarks.rows)]
"""
