"""What an encoder needs of a device, known before it is loaded."""
