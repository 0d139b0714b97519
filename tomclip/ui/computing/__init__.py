"""What pages compute beside the script that draws them, and keep."""
