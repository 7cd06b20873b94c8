"""Libraries that several people share: visitors, access."""
