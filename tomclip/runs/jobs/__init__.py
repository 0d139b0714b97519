"""Training as processes: queue, launcher, control and the lock on a device."""
