"""How training fits a machine: processes, memory, compilation, large batches in pieces."""
