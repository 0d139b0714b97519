"""The Your data page: files in, what their columns are, what is odd, and the workspaces kept."""
