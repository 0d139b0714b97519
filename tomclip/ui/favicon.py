"""The sign in the browser's tab: three points and what joins them.

An icon of Streamlit's would be fetched from another host by every visitor's browser.
"""

from __future__ import annotations

from base64 import b64encode

_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<path d="M7 24 16 7 26 21Z" fill="#0072b233" stroke="#0072b2" stroke-width="2.5"/>'
    '<g fill="#0072b2"><circle cx="7" cy="24" r="5"/><circle cx="16" cy="7" r="5"/></g>'
    '<circle cx="26" cy="21" r="5" fill="#d55e00"/></svg>'
)
FAVICON = f"data:image/svg+xml;base64,{b64encode(_DRAWING.encode()).decode()}"
