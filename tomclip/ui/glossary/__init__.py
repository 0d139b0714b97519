"""The words of the field that pages use, each with a sentence and a small picture."""

from __future__ import annotations

from tomclip.ui.glossary.terms import TERMS, Term, show_terms

__all__ = ["TERMS", "Term", "show_terms"]
