"""The Train page: a form, the queue and the runs under way."""
