"""What pages with a heat map of classes by languages share."""
