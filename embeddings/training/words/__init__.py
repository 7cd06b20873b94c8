"""The vocabulary of the bundled model."""
