"""A process that reads files and may do nothing else; see :mod:`corpus.confined.worker`."""
