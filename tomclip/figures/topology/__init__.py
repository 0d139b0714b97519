"""Barcodes, curves, landscapes, loops and tests of shape."""
