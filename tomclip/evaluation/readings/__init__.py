"""What reports and comparisons say in sentences and in tables, wherever people read them."""
