"""A button that turns the studio from light to dark and back, whatever the system prefers.

Streamlit lets a person choose in its main menu, two clicks away, and an app cannot set it. The
button therefore uses that menu for the person, unseen by them, so that nothing is lost; where the
menu cannot be found it writes down what Streamlit reads when it starts, and loads the page again at
its address. What was chosen is kept by page address in the browser: it is written for all pages.
Streamlit draws its own parts anew at once; figures are drawn by a run, for which the button asks,
also where the theme was changed in the menu or by the system.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from streamlit.components.v2 import component

from tomclip.ui.theme import theme

HTML = """<button type="button"><svg width="18" height="18" viewBox="0 0 24 24" fill="none"
stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
aria-hidden="true"><path></path></svg></button>"""
CSS = """
button {
  display: inline-flex; align-items: center; justify-content: center; cursor: pointer;
  width: 2.5rem; height: 2.5rem; padding: 0; border: 0; border-radius: var(--st-base-radius);
  background: none; color: var(--st-text-color);
}
button:hover {color: var(--st-primary-color)}
button:focus-visible {outline: 2px solid var(--st-primary-color); outline-offset: -2px}
"""
JS = r"""
const MENU = "[data-testid='stMainMenuButton']";
const DRAWN = {
  Light: "M12 3v1M12 20v1M3 12h1M20 12h1M5.6 5.6l.7.7M17.7 17.7l.7.7M5.6 18.4l.7-.7"
    + "M17.7 6.3l.7-.7M16 12a4 4 0 1 1-8 0a4 4 0 1 1 8 0",
  Dark: "M21 12.8A9 9 0 1 1 11.2 3a7 7 0 0 0 9.8 9.8z",
};
const FRAMES = 60;
const SETTLING = 150;

function remember(name) {
  const links = [...document.querySelectorAll("[data-testid='stSidebarNavLink']")];
  const paths = links.map((link) => new URL(link.href, document.baseURI).pathname);
  const home = paths.length ? paths[0].replace(/[^/]*$/, "") : "/";
  for (const path of new Set([window.location.pathname, home, ...paths])) {
    window.localStorage.setItem(`stActiveTheme-${path}-v2`, JSON.stringify(name));
  }
}

function frame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

async function pickInMenu(name) {
  const opener = document.querySelector(MENU);
  if (!opener) return false;
  const veil = document.createElement("style");
  veil.textContent = "[data-testid='stMainMenuPopover'] {visibility: hidden}";
  document.head.append(veil);
  try {
    if (opener.getAttribute("aria-expanded") !== "true") opener.click();
    for (let left = FRAMES; left > 0; left -= 1) {
      const item = document.querySelector(`[data-testid='stMainMenuItem-theme-${name}']`);
      if (item) {
        item.click();
        return true;
      }
      await frame();
    }
    return false;
  } finally {
    if (opener.getAttribute("aria-expanded") === "true") opener.click();
    await frame();
    veil.remove();
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const wanted = data.dark ? "Light" : "Dark";
  button.title = `Switch to ${wanted.toLowerCase()}`;
  button.setAttribute("aria-label", button.title);
  button.querySelector("path").setAttribute("d", DRAWN[wanted]);
  button.onclick = async () => {
    remember(wanted);
    const picked = await pickInMenu(wanted);
    if (!picked) window.location.reload();
    else button.focus();
  };
  const drawAnew = () => setTimeout(() => setTriggerValue("switched", true), SETTLING);
  const inMenu = (event) => {
    if (event.target.closest?.("[data-testid^='stMainMenuItem-theme-']")) drawAnew();
  };
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  document.addEventListener("click", inMenu);
  system.addEventListener("change", drawAnew);
  return () => {
    document.removeEventListener("click", inMenu);
    system.removeEventListener("change", drawAnew);
  };
}
"""


def show_theme_switch() -> None:
    """Shows the button, as a sun in the dark and a moon in the light."""
    _component()(
        key="theme_switch",
        data={"dark": theme() == "dark"},
        width=40,
        height=40,
        on_switched_change=_drawn_anew,
    )


def _drawn_anew() -> None:
    """Does nothing: the run that comes after it draws the figures in the theme seen by then."""


@cache
def _component() -> Any:
    return component("tomclip_theme_switch", html=HTML, css=CSS, js=JS)
