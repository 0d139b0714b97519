"""Reports to take away: one HTML page that says what came out, how, and what repeats it."""

from __future__ import annotations

from tomclip.export.report.comparison import comparison_report
from tomclip.export.report.page import Section, report_page
from tomclip.export.report.run import run_report

__all__ = ["Section", "comparison_report", "report_page", "run_report"]
