"""What `make` starts; no part of the application imports it."""
