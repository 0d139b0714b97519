"""Takes the README's pictures of a running studio: `python scripts/picture_pages.py ADDRESS`.

Needs Playwright and Chromium (`--browser`, its program). Writes `docs/images/`.
"""

from __future__ import annotations

import argparse

from playwright.sync_api import Page, sync_playwright

from tomclip.core.paths import project_directory

VIEWS = {
    "overview": ("", "Accuracy", 1300),
    "topology": ("topology?encoder=tomclip_exact&view=diagram", "Persistence diagrams", 1060),
    "loops": ("topology?encoder=tomclip_exact&view=loops", "The same words in Korean", 1560),
}
"""By picture: the page's address, words that it shows when it is drawn, and its height."""
WIDTH = 1300
SETTLING_MS = 2500
LONGEST_MS = 180_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("address", help="such as http://127.0.0.1:8501")
    parser.add_argument("--browser", help="Chromium's program; Playwright's own by default")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.browser)
        for name, (path, words, height) in VIEWS.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": height})
            page.goto(f"{arguments.address}/{path}")
            take(page, name, words)
            page.close()
        browser.close()


def take(page: Page, name: str, words: str) -> None:
    """Writes the picture once the page shows the words and nothing on it is under way."""
    page.get_by_text(words).first.wait_for(timeout=LONGEST_MS)
    page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=LONGEST_MS)
    page.wait_for_timeout(SETTLING_MS)
    target = project_directory() / "docs" / "images" / f"{name}.png"
    page.screenshot(path=target)
    print(f"{target.name}: {target.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
