"""Train the reader: a cross-encoder that finds the span of a passage that answers a question."""
