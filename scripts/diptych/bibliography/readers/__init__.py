"""Readers of reference files, one module a format, each `(file, text) -> (records, problems)`."""
