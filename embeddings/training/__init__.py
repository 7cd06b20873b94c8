"""The recipe that makes the bundled model, from raw data to the finished folder.

`python -m embeddings.training` runs every step. Each step stores its result in the cache
folder, so that an interrupted run continues where it stopped. Nothing outside this folder
imports it, and it knows nothing of documents or answers.
"""
