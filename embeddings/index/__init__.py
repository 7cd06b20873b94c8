"""The FAISS index over passage vectors."""
