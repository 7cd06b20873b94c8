"""The recipe that makes the bundled model, from raw data to the finished folder.

`python -m embeddings.training` runs every step; each step keeps its result in
the cache folder, so that a run that was stopped goes on where it was. Nothing
outside this folder imports it, and it knows nothing of documents or answers.
"""
