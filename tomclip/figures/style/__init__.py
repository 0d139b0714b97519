"""What all figures share: template, colours, axes, context, players."""
