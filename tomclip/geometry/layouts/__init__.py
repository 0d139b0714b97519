"""Ways to lay a cloud out on the plane, each with its parameters and its engine."""
