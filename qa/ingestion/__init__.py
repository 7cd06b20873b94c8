"""Files into a library: find them, read them, encode their passages, store them."""
