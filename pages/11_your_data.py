"""Files of one's own, kept as data sets that pages, commands and training work on."""

from __future__ import annotations

from tomclip.ui.pages.your_data import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Your data",
    "Bring captions by language, pictures or vectors of your own. You confirm what each column "
    "means, what is odd is counted, and the data are kept as a named workspace to evaluate and "
    "train on.",
)
with sentences():
    page.show()
