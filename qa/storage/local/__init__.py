"""A library in a folder: SQLite, FAISS and tantivy."""
