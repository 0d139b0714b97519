"""What comes from outside is read as what it is, or refused in one sentence."""
