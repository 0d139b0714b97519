"""Every choice that a person can make in the studio and share by a link, declared once.

A choice that several pages show is one choice: made on one of them, it holds on all.
"""

from __future__ import annotations

from collections.abc import Mapping

from tomclip.core.languages import code_or_tag
from tomclip.core.subsets import SHORT_TITLES
from tomclip.core.types import METRICS
from tomclip.data.group_samples import SHORT_NAMED
from tomclip.evaluation import TaskSource, task_sources
from tomclip.geometry.layouts.parameters import LAYOUTS
from tomclip.ui.view_state.kinds import (
    AnyChoice,
    Choice,
    MarkChoice,
    NumberChoice,
    SeveralChoice,
    TextChoice,
    ToggleChoice,
)

OVERVIEW, EMBEDDINGS, TOPOLOGY, COMPARE = "overview", "embeddings", "topology", "compare"
ZERO_SHOT, TRAIN, RUNS = "zero_shot", "train", "runs"
BENCHMARK_PAGE, ENCODER_PAGE, STUDY_PAGE = "benchmarks", "encoders", "study"
DATA_PAGE, EXPORT_PAGE = "your_data", "export"
EVERY_PAGE = (
    *(OVERVIEW, EMBEDDINGS, TOPOLOGY, COMPARE, ZERO_SHOT, TRAIN, RUNS),
    *(BENCHMARK_PAGE, ENCODER_PAGE, STUDY_PAGE, DATA_PAGE, EXPORT_PAGE),
)
HOMOLOGY: Mapping[str, str] = {"0": "H0", "1": "H1", "2": "H2"}

# Which data set, encoders, languages and concepts
DATA = Choice(
    "data",
    (OVERVIEW, EMBEDDINGS, TOPOLOGY, COMPARE, ZERO_SHOT),
    default=("emoji",),
    lacking="which is no workspace of yours: it was deleted or renamed, or is another person's",
)
ENCODER = Choice(
    "encoder", (EMBEDDINGS, TOPOLOGY, DATA_PAGE), default=("tomclip_exact", "tomclip", "mclip")
)
BESIDE = SeveralChoice("beside", (EMBEDDINGS,), at_first=0)
ENCODERS = SeveralChoice(
    "encoders",
    (COMPARE, ZERO_SHOT, BENCHMARK_PAGE),
    default=("mclip", "tomclip_exact", "tomclip"),
    at_first=2,
)
LANGUAGE = Choice("language", (TOPOLOGY, COMPARE, ZERO_SHOT), default=("en",), meant=code_or_tag)
LANGUAGES = SeveralChoice(
    "languages",
    (EMBEDDINGS, TOPOLOGY, COMPARE),
    default=("en", "ko", "ja"),
    at_first=3,
    meant=code_or_tag,
)
SUBSET = Choice("subset", (EMBEDDINGS, TOPOLOGY, COMPARE), SHORT_TITLES, ("unseen",))
SCORED = Choice("scored", (OVERVIEW,), SHORT_TITLES, ("all",))
DRAWN_CONCEPT = Choice("concept", (OVERVIEW,), default=("1f98a",))
ASKED_ENCODER = Choice("asked", (OVERVIEW,), default=("",))
ASKED_LANGUAGE = Choice("asked_language", (OVERVIEW,), default=("ko",), meant=code_or_tag)
AMONG = Choice("among", (ZERO_SHOT,), SHORT_TITLES, ("all",))
METRIC = Choice(
    "metric",
    (EMBEDDINGS, TOPOLOGY, COMPARE),
    {metric: metric.capitalize() for metric in METRICS},
    ("cosine",),
)
RENDERING = Choice("rendering", (EMBEDDINGS, ZERO_SHOT))

# Embeddings
MAP_VIEW = Choice(
    "map_view",
    (EMBEDDINGS,),
    {
        "map": "Map",
        "languages": "By language",
        "moved": "Moved",
        "paper": "Paper figure",
    },
)
MAP_METHOD = Choice("method", (EMBEDDINGS,), {name: kind.title for name, kind in LAYOUTS.items()})
COLOUR = Choice("colour", (EMBEDDINGS,), {"language": "Language", "category": "Category"})
PICTURES = ToggleChoice("pictures", (EMBEDDINGS,))
CONCEPTS = NumberChoice("concepts", (EMBEDDINGS,), 50, 100_000, 500)
NEIGHBOURS = NumberChoice("neighbours", (EMBEDDINGS,), 2, 100, 15)
MINIMUM_DISTANCE = NumberChoice("minimum_distance", (EMBEDDINGS,), 0.0, 1.0, 0.1, whole=False)
PERPLEXITY = NumberChoice("perplexity", (EMBEDDINGS,), 1, 100, 30)
EXAGGERATION = NumberChoice("exaggeration", (EMBEDDINGS,), 1, 50, 12)
MID_NEAR = NumberChoice("mid_near", (EMBEDDINGS,), 0.1, 5.0, 0.5, whole=False)
FURTHER = NumberChoice("further", (EMBEDDINGS,), 0.1, 10.0, 2.0, whole=False)
MAP_START = Choice(
    "start",
    (EMBEDDINGS,),
    {"spectral": "Spectral", "pca": "Principal components", "random": "Random places"},
)
MAP_SEED = NumberChoice("seed", (EMBEDDINGS,), 0, 99, 0)
COMPARED_NEIGHBOURS = NumberChoice("compared_neighbours", (EMBEDDINGS,), 1, 50, 10)
MOVED_TO = Choice("moved_to", (EMBEDDINGS,))
MOVED_LANGUAGE = Choice("moved_in", (EMBEDDINGS,), default=("all",))
MOST_MOVED = NumberChoice("most_moved", (EMBEDDINGS,), 5, 50, 10)
GROUPS = SeveralChoice("groups", (EMBEDDINGS,), default=SHORT_NAMED, at_first=3)
PER_GROUP = NumberChoice("per_group", (EMBEDDINGS,), 2, 12, 5)
LABELLED = SeveralChoice("labelled", (EMBEDDINGS,), at_first=0)
FOUND = SeveralChoice("found", (EMBEDDINGS, COMPARE))
ITEMS = TextChoice("items", (EMBEDDINGS, TOPOLOGY, COMPARE, ZERO_SHOT, TRAIN))
"""The selected items, packed; see `tomclip.ui.selecting.tokens`."""

# Topology
TOPOLOGY_VIEW = Choice(
    "view",
    (TOPOLOGY,),
    {
        "diagram": "Diagram",
        "barcode": "Barcode",
        "curves": "Curves",
        "loops": "Loops",
        "training": "Over training",
        "languages": "All languages",
        "distances": "Distances",
        "significance": "More than noise?",
        "sparsification": "Sparsification",
    },
)
TOPOLOGY_GROUPS: Mapping[str, tuple[str, ...]] = {
    "See": ("diagram", "barcode", "curves", "loops", "training"),
    "Compare": ("languages", "distances"),
    "Test": ("significance", "sparsification"),
}
VOIDS = ToggleChoice("voids", (TOPOLOGY,))
POINTS = NumberChoice("points", (TOPOLOGY,), 20, 600, 300)
SAMPLING = Choice(
    "sampling", (TOPOLOGY,), {"random": "Random sample", "landmarks": "Max-min landmarks"}
)
DIMENSION = Choice("dimension", (TOPOLOGY,), HOMOLOGY)
MATCHING = ToggleChoice("matching", (TOPOLOGY,))
DENSITY = ToggleChoice("density", (TOPOLOGY,))
BAND = Choice("band", (TOPOLOGY,), default=("",))
BARS = NumberChoice("bars", (TOPOLOGY,), 5, 100, 25)
BAR = MarkChoice("bar", (TOPOLOGY,), columns=(0, 1, 2))
CURVE = Choice(
    "curve",
    (TOPOLOGY,),
    {
        "betti": "Betti",
        "euler": "Euler",
        "landscape": "Landscape",
        "average": "Average",
        "image": "Image",
    },
)
PAIRS = Choice("pairs", (TOPOLOGY,), {"languages": "Languages", "encoders": "Encoders"})
DIAGRAM_DISTANCE = Choice(
    "between",
    (TOPOLOGY,),
    {
        "wasserstein": "Wasserstein",
        "bottleneck": "Bottleneck",
        "sliced_wasserstein": "Sliced Wasserstein",
    },
)
LOOPS_IN = Choice("loops_in", (TOPOLOGY,), default=("ko",), meant=code_or_tag)
NOT_IN = Choice("not_in", (TOPOLOGY,), default=("en", "ko"), meant=code_or_tag)
LOOP_ORDER = Choice(
    "loop_order", (TOPOLOGY,), {"lost": "Missing there first", "longest": "Longest first"}
)
MOST_LOOPS = NumberChoice("most_loops", (TOPOLOGY,), 5, 60, 15)
LOOP = MarkChoice("loop", (TOPOLOGY,), columns=(2,))
TESTED = Choice("tested", (TOPOLOGY,), {"0": "Components (H0)", "1": "Loops (H1)"})
SCALED = ToggleChoice("scaled", (TOPOLOGY,))
TESTED_LANGUAGE = MarkChoice("tested_language", (TOPOLOGY,), columns=(0,))
THRESHOLD = NumberChoice("tau", (TOPOLOGY,), 0.0, 1_000_000.0, 0.0, whole=False)
TRAINED = Choice("trained", (TOPOLOGY,))
TRAINING_DISTANCE = Choice(
    "training_distance", (TOPOLOGY,), {"wasserstein": "Wasserstein", "bottleneck": "Bottleneck"}
)
TRAINING_STEP = Choice("training_step", (TOPOLOGY,))

# Compare
COMPARISON = Choice(
    "comparison", (COMPARE,), {"scores": "Scores", "diagrams": "Diagrams", "maps": "Maps"}
)
COMPARED_SCORE = Choice("score", (COMPARE,))
REPORT_FORM = Choice(
    "report_form",
    (COMPARE, TRAIN, RUNS),
    {"html": "HTML", "pdf": "PDF", "ipynb": "Notebook"},
)
COMPARED_BAR = MarkChoice("compared_bar", (COMPARE,), columns=(0, 1, 2))

# Zero-shot & retrieval
TASK = Choice(
    "task",
    (ZERO_SHOT,),
    {
        "text": "Find pictures",
        "picture": "Name pictures",
        "languages": "All languages",
        "accuracy": "Scores",
        "gap": "Language gap",
        "classes": "By class",
        "prompts": "Prompts",
    },
)
QUERY = TextChoice("query", (ZERO_SHOT,))
QUERY_LANGUAGE = Choice("text_language", (ZERO_SHOT,), default=("",), meant=code_or_tag)
RIGHT_CONCEPT = Choice("right", (ZERO_SHOT,), default=("",))
SHOWN_CONCEPTS = SeveralChoice("shown", (ZERO_SHOT,), default=("1f98a",), at_first=1)
ASKED_CONCEPT = Choice("word", (ZERO_SHOT,), default=("1f98a",))
ASKED_FOR = Choice(
    "asked_for",
    (ZERO_SHOT,),
    {"picture": "its picture", "name": "its names"},
)
ACCURACY_SCORE = Choice("accuracy", (ZERO_SHOT,))
GAP_SHOWN = Choice(
    "cells",
    (ZERO_SHOT,),
    {
        "gap": "Gap to English",
        "accuracy": "Accuracy",
        "difference": "Difference",
        "merges": "Told by merges?",
    },
)
GAP_ENCODER = Choice("gap_of", (ZERO_SHOT,))
GAP_ROWS = Choice("rows", (ZERO_SHOT,))
GAP_CELL = MarkChoice("cell", (ZERO_SHOT,), columns=(0, 1))
CONFUSION_CELL = MarkChoice("taken_for", (ZERO_SHOT,), columns=(0, 1))
GAP_CONCEPT = Choice("closer", (ZERO_SHOT,))
NAMED_AMONG = Choice("named_among", (ZERO_SHOT,), {"labels": "Labels", "items": "Items"})

# Train and Runs
RUN = Choice("run", (TRAIN,))
OTHER_RUNS = SeveralChoice("other_runs", (TRAIN,))
SMOOTHING = NumberChoice("smoothing", (TRAIN,), 0.0, 0.95, 0.0, whole=False)
CURVES_OVER = Choice("over", (TRAIN,), {"step": "Steps", "time": "Time"})
SPREAD_OF = Choice("spread_of", (TRAIN,))
RECORDED_LANGUAGE = Choice(
    "recorded_language", (TRAIN, TOPOLOGY), default=("ko",), meant=code_or_tag
)
RECORDED_AS = Choice("recorded_as", (TRAIN,), {"diagram": "Diagram", "map": "Map"})
RUN_FILTER = TextChoice("filter", (RUNS,))
TICKED_RUNS = SeveralChoice("runs", (RUNS,))
SWEEP = Choice("sweep", (RUNS,))

# What helps
STUDY = Choice("study", (STUDY_PAGE,))
STUDY_VIEW = Choice(
    "study_view",
    (STUDY_PAGE,),
    {
        "gains": "Gains",
        "languages": "By language",
        "shares": "Share of pairs",
        "trade_off": "Accuracy and shape",
        "settings": "Settings",
    },
)
CONDITIONS = SeveralChoice("conditions", (STUDY_PAGE,), at_first=2)
CONDITION = Choice("condition", (STUDY_PAGE,))
STUDY_SCORE = Choice("study_score", (STUDY_PAGE,))
STUDY_SHAPE = Choice("study_shape", (STUDY_PAGE,), default=("wasserstein_h0_to_teacher",))
STUDY_PICTURES = Choice("study_pictures", (STUDY_PAGE,), {"emoji": "Emoji", "icons": "Icons"})
STUDY_LANGUAGE = Choice("study_language", (STUDY_PAGE,), default=("mean",), meant=code_or_tag)
OPENED_FORM = MarkChoice("form", (STUDY_PAGE,), columns=(0, 1))
OPENED_RUN = MarkChoice("opened_run", (STUDY_PAGE,), columns=(2, 3))

# Benchmarks and Encoders
BENCHMARK = Choice("benchmark", (BENCHMARK_PAGE,))
BENCHMARK_SHAPE = ToggleChoice("benchmark_shape", (BENCHMARK_PAGE,))
BENCHMARK_SCORE = Choice("benchmark_score", (BENCHMARK_PAGE,))
BENCHMARK_GAP = Choice(
    "benchmark_cells",
    (BENCHMARK_PAGE,),
    {"gap": "Gap to English", "accuracy": "Accuracy", "difference": "Difference"},
)
BENCHMARK_GAP_ENCODER = Choice("benchmark_gap_of", (BENCHMARK_PAGE,))
BENCHMARK_GAP_ROWS = Choice("benchmark_rows", (BENCHMARK_PAGE,))
BENCHMARK_CELL = MarkChoice("benchmark_cell", (BENCHMARK_PAGE,), columns=(0, 1))
ENCODER_SOURCE = Choice(
    "way",
    (ENCODER_PAGE,),
    {
        "published": "Published models",
        "name": "By name",
        "vectors": "A file of vectors",
    },
)
WORKSPACE = Choice("workspace", (DATA_PAGE,))
EXPORT_SET = Choice("set", (EXPORT_PAGE,), default=("figures",))
TOUR = Choice("tour", EVERY_PAGE)
"""Where a person is in the tour; nowhere before any choice."""
ENCODER_WORDS = TextChoice("encoder_words", (ENCODER_PAGE,))
ENCODER_NAME = TextChoice("encoder_name", (ENCODER_PAGE,))


def benchmark_sources() -> Mapping[str, TaskSource]:
    """Returns the tasks of the Benchmarks page: all but those that every other page is about."""
    return {name: source for name, source in task_sources().items() if not source.embedded}


def benchmark_languages(name: str) -> SeveralChoice:
    """Returns the choice of languages of one benchmark, whose languages are its own."""
    return SeveralChoice(f"languages_{name}", (BENCHMARK_PAGE,), meant=code_or_tag)


_DECLARED = tuple(one for one in globals().values() if isinstance(one, AnyChoice))


def every_choice() -> Mapping[str, AnyChoice]:
    """Returns every choice by its name in the address, those of registered benchmarks too."""
    every = [*_DECLARED, *map(benchmark_languages, benchmark_sources())]
    found = {one.name: one for one in every}
    assert len(found) == len(every), "two choices have one name"
    return found
