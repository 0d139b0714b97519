"""Reports made from pages: the work beside the page, and the menu that begins it."""
