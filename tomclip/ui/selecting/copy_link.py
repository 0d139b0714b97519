"""A button that puts the address of what is shown on the clipboard, in the browser."""

from __future__ import annotations

import streamlit as st

from tomclip.ui.selecting.clicks import CLICKS_SELECT

COPIED, BY_HAND = "Link copied", "Copy this link"
COPY_STYLE = """
.copy-link {
  align-items: center; background: none; border: 1px solid transparent; border-radius: .5rem;
  color: inherit; cursor: pointer; display: inline-flex; font: inherit; font-size: .875rem;
  gap: .4rem; min-height: 2.5rem; padding: .25rem .5rem; white-space: nowrap;
}
.copy-link:hover, .copy-link:focus-visible {
  border-color: color-mix(in srgb, currentColor 35%, transparent); outline: none;
}
.copy-link-icon {font-family: "Material Symbols Rounded"; font-size: 1.25rem; line-height: 1}
"""
_BUTTON = """<button type="button" class="copy-link"
  title="The link opens what is shown now, selection included">
  <span class="copy-link-icon" aria-hidden="true">link</span>
  <span aria-live="polite">Copy link</span></button>"""
# Without a secure address, as in a local network, the browser has no navigator.clipboard.
_SCRIPT = """<script>
if (!window.studioCopiesLinks) {
  window.studioCopiesLinks = true;
  const byField = (text) => {
    const field = Object.assign(document.createElement("textarea"), {value: text});
    field.style.cssText = "position: fixed; opacity: 0";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  const copied = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { return byField(text); }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(".copy-link");
    if (!button) return;
    const address = location.href;
    if (!await copied(address)) { prompt("BY_HAND", address); return; }
    const words = button.querySelector("[aria-live]");
    words.textContent = "COPIED";
    setTimeout(() => { words.textContent = "Copy link"; }, 2000);
  });
}
</script>""".replace("BY_HAND", BY_HAND).replace("COPIED", COPIED)


def copy_link() -> None:
    """Shows the button; where the browser lets nothing onto the clipboard it shows the address.

    What lets clicks select comes with it: an element of its own would need room on the page.
    """
    st.html(_BUTTON + _SCRIPT + CLICKS_SELECT, unsafe_allow_javascript=True, width="content")
