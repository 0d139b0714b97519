"""One run at work: prepared, trained, recorded, and ended truthfully."""
