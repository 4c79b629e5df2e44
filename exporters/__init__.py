"""Ways out of a corpus: one module a format, each from finished values to bytes."""
