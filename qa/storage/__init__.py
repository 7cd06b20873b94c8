"""The storage of libraries: protocols, backends, models."""
