"""Studies of forms of training over disjoint folds of concepts: plan, choice, trials, tests."""
