"""The Benchmarks page: what is on this machine, evaluations of encoders on it, their results."""
