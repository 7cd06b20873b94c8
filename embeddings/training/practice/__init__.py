"""The corpus of practice: documents and questions of our own, for models that read."""
