"""Where a library keeps its documents."""
