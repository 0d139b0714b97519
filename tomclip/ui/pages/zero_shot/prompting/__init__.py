"""Prompts of one's own: edited, kept for the session, and what they change."""
