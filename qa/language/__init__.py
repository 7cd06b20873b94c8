"""Facts about languages and scripts, each in one table."""
