"""The vectors of the bundled model."""
