"""One small, hand-made example of every figure, in 13 languages where languages are shown."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.languages import LANGUAGES
from tomclip.core.types import PersistenceDiagram
from tomclip.figures import (
    FigureContext,
    LoopPanel,
    accuracy_figure,
    aligned_maps_figure,
    animated_diagram_figure,
    animated_map_figure,
    barcode_figure,
    barcode_stack_figure,
    betti_figure,
    class_accuracy_figure,
    class_difference_figure,
    class_gap_figure,
    class_map_figure,
    confusion_figure,
    diagram_figure,
    diagram_grid_figure,
    difference_figure,
    distance_matrix_figure,
    euler_figure,
    form_gains_figure,
    form_runs_figure,
    form_trade_off_figure,
    landscape_figure,
    language_gains_figure,
    language_maps_figure,
    live_loss_figure,
    live_scores_figure,
    loop_figure,
    loop_lives_figure,
    map_figure,
    moved_maps_figure,
    pair_share_figure,
    permutation_figure,
    persistence_image_figure,
    rank_figure,
    score_curve_figure,
    settings_figure,
    shape_figure,
    significance_figure,
    sparsification_figure,
    spread_figure,
    trade_off_figure,
    training_steps_figure,
)
from tomclip.runs.sweeps.trade_off import trade_off

NAMES = {"en": "English", "ko": "한국어", "ja": "日本語", "zh": "中文", "vi": "tiếng Việt"}
ENCODERS = {"mclip": "MCLIP", "tomclip_exact": "ToMCLIP exact"}
CONTEXT = FigureContext(encoders=ENCODERS, metric="cosine", n_points=300, languages=NAMES)
CONCEPTS = ("cat", "moon", "sushi")


def diagram(pairs: list[tuple[float, float]], homology_dimension: int) -> PersistenceDiagram:
    values = np.array(pairs, dtype=float).reshape(-1, 2)
    return PersistenceDiagram(
        values, homology_dimension=homology_dimension, metric="cosine", n_points=4
    )


def h0(*deaths: float) -> PersistenceDiagram:
    return diagram([(0.0, death) for death in deaths], 0)


def diagrams() -> dict[str, tuple[PersistenceDiagram, PersistenceDiagram]]:
    """Per language H0 with two coincident bars and an essential one, and H1 with two bars."""
    return {
        code: (h0(0.1, 0.1, 0.3 + 0.01 * place, np.inf), diagram([(0.2, 0.35), (0.25, 0.3)], 1))
        for place, code in enumerate(LANGUAGES)
    }


def map_columns(repeat: int = 1) -> dict[str, Any]:
    """Labels, languages, categories, ids of three concepts (times `repeat`) in each language."""
    codes = [code for code in LANGUAGES for _ in range(len(CONCEPTS) * repeat)]
    concepts = list(CONCEPTS) * (repeat * len(LANGUAGES))
    return {
        "labels": [f"{concept} <{code}>" for concept, code in zip(concepts, codes, strict=True)],
        "languages": codes,
        "categories": [{"sushi": "food"}.get(concept, "nature") for concept in concepts],
        "ids": concepts,
    }


def caption_columns(repeat: int = 1) -> dict[str, Any]:
    """The columns of `map_columns` without categories."""
    return {name: column for name, column in map_columns(repeat).items() if name != "categories"}


def coordinates(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)


def score_rows(encoders: list[str]) -> pd.DataFrame:
    rows = [
        (code, encoder, 30.0 + place + 5 * number, 28.0 + place, 40.0 + place)
        for number, encoder in enumerate(encoders)
        for place, code in enumerate([*LANGUAGES, "mean"])
    ]
    return pd.DataFrame(rows, columns=["language", "encoder", "value", "ci_low", "ci_high"])


def events() -> pd.DataFrame:
    steps = list(range(0, 100, 10))
    train = pd.DataFrame({"step": steps, "split": "train", "total": 1.0, "pointwise": 0.5})
    return pd.concat([train, train.assign(split="validation")], ignore_index=True)


def training_curves() -> pd.DataFrame:
    rows = [(step, code, 10.0 + step / 10) for code in LANGUAGES for step in (0, 50, 100)]
    return pd.DataFrame(rows, columns=["step", "series", "value"])


def probe_scores() -> pd.DataFrame:
    """Two scores of 13 languages at three probes, five seconds apart."""
    curves = training_curves().assign(seconds=lambda table: table["step"] / 10)
    names = ("zero_shot_top1", "wasserstein_h0_to_teacher")
    return pd.concat([curves.assign(score=name) for name in names], ignore_index=True)


def sweep_points() -> pd.DataFrame:
    """Two settings of two seeds each, one run still running."""
    rows = [
        ("a", "H0 0", 0.0, 2.0, 30.0, "finished"),
        ("b", "H0 0", 0.0, 2.2, 32.0, "finished"),
        ("c", "H0 0.1", 0.1, 1.0, 29.0, "finished"),
        ("d", "H0 0.1", 0.1, 0.8, 33.0, "running"),
    ]
    table = pd.DataFrame(rows, columns=["run", "setting", "weight", "shape", "accuracy", "state"])
    counts = table["state"] == "finished"
    constant = {"step": 8, "total": 8, "measure": "zero_shot_top1", "weights_changed": False}
    return table.assign(counts=counts, **constant)


def sweep_figure(points: pd.DataFrame, context: FigureContext) -> go.Figure:
    """Returns the runs of a sweep with the means that its table shows."""
    return trade_off_figure(points, trade_off(points), context=context)


def confusion_rows() -> pd.DataFrame:
    """Returns what pictures of three groups are taken for; the last has no picture of its own."""
    counts = {"food": (6, 2, 0), "animals & nature": (1, 7, 2)}
    groups = ("food", "animals & nature", "sky <and> weather")
    rows = [
        (group, chosen, count, sum(row), 100 * count / sum(row))
        for group, row in counts.items()
        for chosen, count in zip(groups, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", "chosen", "pictures", "of", "share"])


def rank_rows() -> pd.DataFrame:
    """Returns ranks among 60 of two encoders in every language."""
    rows = [
        (name, code, 1 + (7 * place + 11 * number) % 60)
        for number, name in enumerate(ENCODERS)
        for place, code in enumerate(LANGUAGES)
    ]
    return pd.DataFrame(rows, columns=["encoder", "language", "rank"])


def class_rows(*, without: str = "") -> pd.DataFrame:
    """Three groups of classes and all together in 13 languages and their mean, two unsure."""
    rows = [
        (group, code, value + place, value + place - reach, value + place + reach, 40, 40)
        for group, value, reach in (
            ("every class", -2.0, 3.0),
            ("Food & Drink", -40.0, 5.0),
            ("sky <and> weather in a long title", 20.0, 5.0),
            ("few", 0.0, np.nan),
        )
        for place, code in enumerate([*LANGUAGES, "mean"])
        if code != without
    ]
    columns = ["group", "language", "value", "ci_low", "ci_high", "pictures", "classes"]
    return pd.DataFrame(rows, columns=columns)


def form_rows(forms: tuple[str, ...] = ("trees", "ridge")) -> pd.DataFrame:
    """Two forms and the baseline of a study in two conditions: one helps, one does not."""
    facts = {
        "plain": ("baseline", 30.0, np.nan, np.nan, None),
        "trees": ("structural", 32.0, 2.0, 0.001, "helps"),
        "ridge": ("closed form", 29.0, -1.0, 0.2, "does not help"),
    }
    rows = []
    for condition in ("few", "few and English"):
        for form in ("plain", *forms):
            family, value, gain, p_value, verdict = facts[form]
            ends = (gain - 0.5, gain + 0.5, gain - 0.8, gain + 0.8)
            tested = (gain, *ends, p_value, 2 * p_value, 0.7, 5, 25, verdict)
            rows.append((condition, form, family, value, *tested))
    names = ("gain", "low", "high", "corrected_low", "corrected_high", "p_value", "adjusted_p")
    last = ("smallest_effect", "folds", "runs", "verdict")
    return pd.DataFrame(rows, columns=["condition", "form", "family", "value", *names, *last])


def language_rows() -> pd.DataFrame:
    """The same in the mean and every language."""
    tables = [form_rows().assign(language=code) for code in ("mean", *LANGUAGES)]
    return pd.concat(tables, ignore_index=True)


def share_rows() -> pd.DataFrame:
    """Two forms at two shares, without and with an anchor."""
    rows = [
        (f"{share:g} %{' and English' * anchored}", share, anchored, form, family, value)
        for share in (2.0, 10.0)
        for anchored in (False, True)
        for form, family, value in (("plain", "baseline", 20.0), ("trees", "structural", 22.0))
    ]
    columns = ["condition", "share", "anchored", "form", "family", "value"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(low=table["value"] - 1, high=table["value"] + 1, folds=5)


def trade_off_rows() -> pd.DataFrame:
    """Four forms in two conditions: two on the front, one beaten, one far from all others."""
    rows = [
        (condition, form, family, accuracy, 1.0, shape, 0.1, front)
        for condition in ("few", "few and English")
        for form, family, accuracy, shape, front in (
            ("plain", "baseline", 30.0, 1.0, True),
            ("trees", "structural", 31.0, 1.2, True),
            ("loops", "structural", 29.0, 1.1, False),
            ("edges", "structural", 30.5, 1.3, False),
            ("turned", "closed form", 3.0, 9.0, False),
        )
    ]
    columns = ["condition", "form", "family", "accuracy", "a", "shape", "s", "pareto"]
    table = pd.DataFrame(rows, columns=columns)
    for name, reach in (("accuracy", "a"), ("shape", "s")):
        table[f"{name}_low"] = table[name] - table[reach]
        table[f"{name}_high"] = table[name] + table[reach]
    return table


def setting_rows() -> pd.DataFrame:
    """Two forms with three weights at two rates, and the baseline with two rates."""
    rows = [("few", "plain", np.nan, rate, 0.6 + rate, 6, False, False) for rate in (0.001, 0.01)]
    rows += [
        ("few", form, multiple, rate, 0.6 + multiple * rate, 6, False, multiple * rate == 0.1)
        for form in ("trees", "loops")
        for multiple in (0.1, 1.0, 10.0)
        for rate in (0.001, 0.01)
    ]
    names = ["condition", "form", "multiple", "learning_rate", "value", "runs", "failed", "chosen"]
    return pd.DataFrame(rows, columns=names)


def run_rows() -> pd.DataFrame:
    """The runs of a form over three folds and two seeds, one of them without a baseline."""
    rows = [(f, s, 30.0 + f, 1.0 + f / 10 + s / 100) for f in (0, 1, 3) for s in (0, 1)]
    table = pd.DataFrame(rows, columns=["fold", "seed", "value", "gain"])
    return table.assign(gain=table["gain"].where(table.index != 5))


def threshold_curve() -> pd.DataFrame:
    tau = np.linspace(0, 1, 5)
    return pd.DataFrame(
        {
            "tau": tau,
            "kept_share": tau,
            "components": [5, 4, 2, 1, 1],
            "lost_h0_share": 1 - tau,
            "bottleneck_error": 0.4 * (1 - tau),
            "bound": 1 - tau,
        }
    )


def square(side: float) -> np.ndarray:
    """Returns the distances of the four corners of a square, in their order round it."""
    corners = side * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    return np.linalg.norm(corners[:, None] - corners[None], axis=-1)


def loop_panel(code: str, life: tuple[float, float], pictures: int = 0) -> LoopPanel:
    words = [f"{word} <{code}>" for word in ("cat", "moon", "sushi", "whale")]
    return LoopPanel(code, square(0.4), words, life, [b"a picture"] * pictures)


def loop_comparison(bar: int, life: tuple[float, float], there: tuple[float, float]) -> Any:
    """Returns a stand-in for topology's comparison of a loop with the same words elsewhere."""
    loop = SimpleNamespace(points=(0, 1, 2, 3), birth=life[0], death=life[1], exact=True)
    return SimpleNamespace(bar=bar, loop=loop, there=there, matched_bar=None)


def loop_comparisons() -> list[Any]:
    """A loop in both languages, one that is none there, one that is never filled here."""
    return [
        loop_comparison(4, (0.2, 0.6), (0.3, 0.5)),
        loop_comparison(0, (0.25, 0.5), (0.45, 0.45)),
        loop_comparison(7, (0.3, np.inf), (0.3, 0.4)),
    ]


def permutation_test() -> Any:
    """Returns a stand-in for a test in which 2 of 9 exchanges reach the observed loss."""
    null = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    return SimpleNamespace(statistic=2.0, p_value=0.3, permutations=9, null=null)


def images(count: int) -> Any:
    """Returns a stand-in for persistence images: pixel (row 1, column 0) is the only dark one."""
    values = np.zeros((count, 2, 3))
    values[:, 1, 0] = 1.0
    return SimpleNamespace(
        values=values,
        birth_range=(0.0, 0.6),
        persistence_range=(0.0, 0.2),
        bandwidth=0.01,
        homology_dimension=1,
    )


N_ROWS = len(CONCEPTS) * len(LANGUAGES)
GRID = np.linspace(0, 1, 5)
CURVES = {code: np.array([4, 3, 2, 1, 1]) for code in LANGUAGES}
LANDSCAPES = {code: np.array([[0, 2, 4, 2, 0], [0, 1, 2, 1, 0]]) / 10 for code in LANGUAGES}
P_VALUES = {"ko": 0.2, "ja": 0.001, "zh": 0.05, "vi": 0.0004}

FIGURES: dict[str, Callable[[FigureContext], go.Figure]] = {
    "map": lambda context: map_figure(coordinates(N_ROWS), context=context, **map_columns()),
    "aligned_maps": lambda context: aligned_maps_figure(
        dict.fromkeys(ENCODERS, coordinates(N_ROWS)), context=context, **map_columns()
    ),
    "language_maps": lambda context: language_maps_figure(
        dict.fromkeys(ENCODERS, coordinates(N_ROWS)), context=context, **caption_columns()
    ),
    "class_map": lambda context: class_map_figure(
        dict.fromkeys(ENCODERS, coordinates(N_ROWS)),
        groups={"nature": ["cat", "moon"], "food": ["sushi"]},
        context=context,
        **caption_columns(),
    ),
    "moved_maps": lambda context: moved_maps_figure(
        dict.fromkeys(ENCODERS, coordinates(N_ROWS)),
        change=dict.fromkeys(ENCODERS, np.linspace(0, 1, N_ROWS)),
        neighbours=10,
        context=context,
        **caption_columns(),
    ),
    "diagram": lambda context: diagram_figure(diagrams(), context=context, highlight=["ko", "ja"]),
    "diagram_grid": lambda context: diagram_grid_figure(diagrams(), context=context),
    "barcode": lambda context: barcode_figure(diagrams()["ko"][0], context=context, language="ko"),
    "barcode_stack": lambda context: barcode_stack_figure(diagrams()["ko"], context=context),
    "betti": lambda context: betti_figure(CURVES, GRID, homology_dimension=0, context=context),
    "euler": lambda context: euler_figure(CURVES, GRID, context=context),
    "landscape": lambda context: landscape_figure(
        LANDSCAPES, GRID, homology_dimension=1, context=context, standard_errors=LANDSCAPES
    ),
    "persistence_image": lambda context: persistence_image_figure(
        images(13), LANGUAGES, context=context
    ),
    "distance_matrix": lambda context: distance_matrix_figure(
        np.eye(13),
        LANGUAGES,
        context=context,
        title="Distance",
        unit="cosine distance",
        marked=np.eye(13),
    ),
    "loop": lambda context: loop_figure(
        [loop_panel("ko", (0.4, 0.5), pictures=4), loop_panel("en", (0.6, 0.6))], context=context
    ),
    "loop_lives": lambda context: loop_lives_figure(
        loop_comparisons(),
        labels=["고양이, 달", "cat, moon", "a" * 90],
        here="ko",
        there="en",
        context=context,
    ),
    "permutation": lambda context: permutation_figure(
        permutation_test(), language="ko", context=context
    ),
    "significance": lambda context: significance_figure(
        P_VALUES, homology_dimension=1, context=context, smallest=1 / 2048
    ),
    "training_steps": lambda context: training_steps_figure(
        training_curves(),
        context=context,
        distance="Wasserstein distance",
        homology_dimension=1,
        highlight=["ko"],
        chosen_step=50,
    ),
    "live_loss": lambda context: live_loss_figure(
        events(),
        weights={"pointwise": 1.0},
        context=context,
        smoothing=0.5,
        others={"an older run": events()},
    ),
    "live_scores": lambda context: live_scores_figure(
        probe_scores(), context=context, others={"an older run": probe_scores()}
    ),
    "spread": lambda context: spread_figure(
        training_curves(), context=context, label="top-1 accuracy", unit="%"
    ),
    "trade_off": lambda context: sweep_figure(sweep_points(), context),
    "form_gains": lambda context: form_gains_figure(form_rows(), context=context, baseline="plain"),
    "language_gains": lambda context: language_gains_figure(
        language_rows(), context=context, baseline="plain"
    ),
    "pair_shares": lambda context: pair_share_figure(
        share_rows(), context=context, baseline="plain"
    ),
    "form_trade_off": lambda context: form_trade_off_figure(trade_off_rows(), context=context),
    "study_settings": lambda context: settings_figure(
        setting_rows(), context=context, baseline="plain"
    ),
    "form_runs": lambda context: form_runs_figure(
        run_rows(), context=context, condition="few", form="trees", baseline="plain"
    ),
    "animated_diagram": lambda context: animated_diagram_figure(
        {0: diagrams()["ko"], 50: diagrams()["ja"]},
        diagrams()["en"],
        context=context,
        language="ko",
    ),
    "animated_map": lambda context: animated_map_figure(
        dict.fromkeys((0, 50), coordinates(N_ROWS)),
        context=context,
        labels=map_columns()["labels"],
        languages=map_columns()["languages"],
    ),
    "accuracy": lambda context: accuracy_figure(
        score_rows(list(ENCODERS)), context=context, chance=1 / 3
    ),
    "shape": lambda context: shape_figure(score_rows(list(ENCODERS)), context=context),
    "class_accuracy": lambda context: class_accuracy_figure(
        class_rows().assign(value=lambda table: table["value"].abs()), context=context
    ),
    "class_gap": lambda context: class_gap_figure(class_rows(without="en"), context=context),
    "class_difference": lambda context: class_difference_figure(
        class_rows(), context=context, baseline="mclip"
    ),
    "rank_cells": lambda context: rank_figure(rank_rows(), context=context, candidates=60),
    "confusions": lambda context: confusion_figure(confusion_rows(), context=context),
    "difference": lambda context: difference_figure(
        score_rows(["tomclip_exact"]), context=context, baseline="mclip"
    ),
    "score_curve": lambda context: score_curve_figure(
        training_curves(), context=context, label="top-1 accuracy", unit="%", baseline=12.0
    ),
    "sparsification": lambda context: sparsification_figure(
        threshold_curve(), context=context, chosen_tau=0.4
    ),
}

EMPTY_FIGURES: dict[str, Callable[[FigureContext], go.Figure]] = {
    "map": lambda context: map_figure(
        np.empty((0, 2)), labels=[], languages=[], categories=[], ids=[], context=context
    ),
    "language_maps": lambda context: language_maps_figure(
        {"": np.empty((0, 2))}, labels=[], languages=[], ids=[], context=context
    ),
    "class_map": lambda context: class_map_figure(
        {"mclip": np.empty((0, 2))}, groups={}, labels=[], languages=[], ids=[], context=context
    ),
    "moved_maps": lambda context: moved_maps_figure(
        {"mclip": np.empty((0, 2))},
        change={"mclip": np.empty(0)},
        neighbours=10,
        labels=[],
        languages=[],
        context=context,
    ),
    "diagram": lambda context: diagram_figure({"ko": (diagram([], 1),)}, context=context),
    "diagram_grid": lambda context: diagram_grid_figure({"ko": ()}, context=context),
    "barcode": lambda context: barcode_figure(diagram([], 1), context=context),
    "betti": lambda context: betti_figure({}, GRID, homology_dimension=1, context=context),
    "euler": lambda context: euler_figure({}, GRID, context=context),
    "landscape": lambda context: landscape_figure({}, GRID, homology_dimension=1, context=context),
    "persistence_image": lambda context: persistence_image_figure(images(0), [], context=context),
    "distance_matrix": lambda context: distance_matrix_figure(
        np.full((2, 2), np.nan), ["en", "ko"], context=context, title="Distance", unit=""
    ),
    "loop": lambda context: loop_figure([], context=context),
    "loop_lives": lambda context: loop_lives_figure(
        [], labels=[], here="ko", there="en", context=context
    ),
    "permutation": lambda context: permutation_figure(
        SimpleNamespace(statistic=0.0, p_value=1.0, permutations=0, null=np.empty(0)),  # type: ignore[arg-type]
        language="ko",
        context=context,
    ),
    "significance": lambda context: significance_figure({}, homology_dimension=1, context=context),
    "training_steps": lambda context: training_steps_figure(
        training_curves()[:0],
        context=context,
        distance="Wasserstein distance",
        homology_dimension=1,
    ),
    "class_accuracy": lambda context: class_accuracy_figure(class_rows()[:0], context=context),
    "class_gap": lambda context: class_gap_figure(class_rows()[:0], context=context),
    "rank_cells": lambda context: rank_figure(rank_rows()[:0], context=context, candidates=60),
    "live_loss": lambda context: live_loss_figure(events()[:0], weights={}, context=context),
    "live_scores": lambda context: live_scores_figure(probe_scores()[:0], context=context),
    "spread": lambda context: spread_figure(
        training_curves()[:0], context=context, label="top-1 accuracy"
    ),
    "trade_off": lambda context: sweep_figure(sweep_points().assign(accuracy=np.nan), context),
    "form_gains": lambda context: form_gains_figure(
        form_rows(()), context=context, baseline="plain"
    ),
    "language_gains": lambda context: language_gains_figure(
        language_rows()[:0], context=context, baseline="plain"
    ),
    "pair_shares": lambda context: pair_share_figure(share_rows()[:0], context=context),
    "form_trade_off": lambda context: form_trade_off_figure(trade_off_rows()[:0], context=context),
    "study_settings": lambda context: settings_figure(setting_rows()[:2], context=context),
    "form_runs": lambda context: form_runs_figure(
        run_rows()[5:], context=context, condition="few", form="trees", baseline="plain"
    ),
    "animated_diagram": lambda context: animated_diagram_figure(
        {}, (), context=context, language="ko"
    ),
    "animated_map": lambda context: animated_map_figure(
        {}, labels=[], languages=[], context=context
    ),
    "accuracy": lambda context: accuracy_figure(score_rows([]), context=context),
    "shape": lambda context: shape_figure(score_rows([]), context=context),
    "difference": lambda context: difference_figure(
        score_rows([]), context=context, baseline="mclip"
    ),
    "score_curve": lambda context: score_curve_figure(
        training_curves()[:0], context=context, label="top-1 accuracy"
    ),
    "sparsification": lambda context: sparsification_figure([], context=context),
}
