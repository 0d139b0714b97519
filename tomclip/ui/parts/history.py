"""One step of the browser's Back button for one step of a person.

Streamlit makes an entry in the browser's history of every address that it writes. A page completes
its address once it is drawn, so that Back would first lead to the incomplete one, and from there
to nowhere. Here such an address takes the place of the one before it: when it only says more or
less of the same view, and when nobody has touched the page since it was opened. A selection is a
step of its own.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """<script>
if (!window.studioHistory) {
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  window.studioHistory = {untouched: true};
  for (const touch of ["pointerdown", "keydown"])
    addEventListener(touch, () => { studioHistory.untouched = false; }, true);
  addEventListener("popstate", () => { studioHistory.untouched = true; }, true);
  const completes = (next) => {
    if (next.pathname !== location.pathname) return false;
    const search = new URLSearchParams(location.search);
    const now = [...search], then = next.searchParams;
    if (search.get("items") !== then.get("items")) return false;
    return now.every(([name, value]) => !then.has(name) || then.get(name) === value);
  };
  history.pushState = (state, title, address) => {
    const next = new URL(address, location.href);
    const elsewhere = next.pathname !== location.pathname;
    if (!elsewhere && (studioHistory.untouched || completes(next))) replace(state, title, address);
    else push(state, title, address);
    if (elsewhere) studioHistory.untouched = true;
  };
}
</script>"""


def keep_history_short() -> None:
    """Lets a completed address take the place of the incomplete one in the browser's history."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)
