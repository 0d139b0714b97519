"""The Topology page: one module a view."""
