"""What the Train and the Runs page show of a run."""
