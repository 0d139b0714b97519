"""Commands on students: what they are trained on, training, runs, and plain baselines."""
