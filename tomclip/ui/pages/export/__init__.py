"""The Export page: a set of figures as one figure at paper size."""
