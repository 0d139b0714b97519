"""Text encoders whose weights packages carry: found as files, read without any of their code."""
