"""What encoders are evaluated on."""
