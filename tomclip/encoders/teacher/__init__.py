"""Teachers: open_clip models, whose text tower sets the targets and whose image tower judges."""
