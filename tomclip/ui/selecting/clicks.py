"""Clicks that select a point also where dragging draws a lasso or a box.

Streamlit lets plotly report no selection of a click while dragging selects: a click is then an
event that nothing listens to. Here it is reported as the selection of the clicked point.
"""

from __future__ import annotations

CLICKS_SELECT = """<script>
if (!window.studioSelectsByClicks) {
  window.studioSelectsByClicks = true;
  const plain = ({data, curveNumber, pointNumber, pointIndex, x, y, customdata}) =>
    ({data, curveNumber, pointNumber, pointIndex, x, y, customdata});
  const listen = (chart) => {
    if (chart.studioListens || !chart.on) return;
    chart.studioListens = true;
    chart.on("plotly_click", (event) => {
      const {dragmode, clickmode} = chart._fullLayout;
      const points = event.points.filter(one => one.customdata).map(plain);
      if (["lasso", "select"].includes(dragmode) && !clickmode.includes("select"))
        chart.emit("plotly_selected", {points});
    });
  };
  const all = () => document.querySelectorAll(".js-plotly-plot").forEach(listen);
  new MutationObserver(all).observe(document.body, {childList: true, subtree: true});
  all();
}
</script>"""
"""Has a click on a point select it, whatever dragging does; once is enough."""
