"""What `plot()` of a result draws, and what the figure says without being told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.clouds import gaussian
from support.recorded_runs import recorded_run

from tomclip.core.errors import InputError
from tomclip.core.types import Diagrams, Embeddings
from tomclip.figures import barcode_figure, diagram_figure
from tomclip.figures.results import MOST_CELLS, plot
from tomclip.geometry import distance_matrix
from tomclip.runs import RunDirectory, list_runs, read_snapshot
from tomclip.topology import average_landscape, persistence_diagrams

POINTS = gaussian(30, 5)


def diagrams(metric: str = "cosine") -> Diagrams:
    return persistence_diagrams(POINTS, metric=metric)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    return recorded_run("one")


def test_a_figure_of_diagrams_says_their_metric_and_size_unasked() -> None:
    figure = diagram_figure({"ko": diagrams("euclidean")})
    assert figure.layout.title.subtitle.text == "euclidean · 30 points"
    assert barcode_figure(diagrams()[1]).layout.title.subtitle.text == "cosine · 30 points"


def test_a_figure_of_diagrams_that_differ_leaves_out_in_what() -> None:
    fewer = persistence_diagrams(POINTS[:20])
    assert diagram_figure({"ko": diagrams(), "de": fewer}).layout.title.subtitle.text == "cosine"


def test_diagrams_draw_themselves_alone_and_together() -> None:
    both, loops = diagrams().plot(name="Korean"), diagrams()[1].plot()
    assert both.layout.meta["homology_dimensions"] == [0, 1]
    assert loops.layout.meta["homology_dimensions"] == [1]
    assert "Korean" in {trace.name for trace in both.data}


def test_embeddings_draw_themselves_as_a_map() -> None:
    ids = tuple(map(str, range(30)))
    held = Embeddings(
        POINTS.astype(np.float32), ids, ids, ("ko",) * 30, "text", "teacher", unit_norm=False
    )
    figure = held.plot()
    assert figure.layout.meta["figure"] == "map"
    assert figure.layout.title.text.startswith("PCA map")
    assert sum(len(trace.x) for trace in figure.data if trace.customdata is not None) == 30


def test_a_distance_matrix_is_drawn_with_its_true_distances_up_to_a_size() -> None:
    matrix = distance_matrix(POINTS[:5])
    values = np.array(matrix.plot().data[0].z, dtype=float)
    assert np.nanmax(values) == pytest.approx(matrix.values.max())
    with pytest.raises(InputError, match="at most 200 a side"):
        distance_matrix(gaussian(MOST_CELLS + 1, 3)).plot()


def test_average_landscapes_draw_themselves() -> None:
    found = average_landscape(POINTS, sample_size=15, samples=3)
    assert found.plot().layout.meta["homology_dimension"] == found.homology_dimension
    table = found.to_frame()
    assert len(table) == found.mean.size
    assert table["mean"].to_numpy() == pytest.approx(found.mean.ravel())


def test_a_run_draws_its_losses_and_the_weight_that_changed(run: Path) -> None:
    folder, (record,) = RunDirectory(run), list_runs()
    assert folder.plot().layout.meta["weight_changes"] == ["H0 0.1 → 1"]
    assert record.plot().layout.title.subtitle.text == "one"
    events = folder.to_frame()
    assert events["split"].value_counts()["train"] == 8
    assert events.loc[events["step"] == 3, "total"].item() == pytest.approx(1.7)
    facts = record.to_frame().set_index("fact")["value"]
    assert (facts["state"], facts["loss.h0_weight"]) == ("finished", 0.1)
    assert repr(record).startswith("RunRecord('one', finished, ")


def test_a_run_without_events_has_an_empty_table(run: Path) -> None:
    (run / "metrics.jsonl").unlink()
    assert list(RunDirectory(run).to_frame().columns) == ["step", "epoch", "split"]


def test_a_snapshot_draws_every_language_and_lists_every_bar(run: Path) -> None:
    snapshot = read_snapshot(run, 8)
    assert snapshot.plot().layout.meta["languages"] == ["en", "ko"]
    table = snapshot.to_frame()
    assert set(table["language"]) == {"en", "ko"}
    assert len(table) == sum(len(d) for pair in snapshot.diagrams.values() for d in pair)


def test_what_has_no_figure_is_refused() -> None:
    with pytest.raises(InputError, match="a str has no figure"):
        plot("words")
