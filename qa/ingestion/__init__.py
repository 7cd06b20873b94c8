"""Files into a library."""
