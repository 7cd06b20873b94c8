"""The pairs that the bundled model learns from."""
