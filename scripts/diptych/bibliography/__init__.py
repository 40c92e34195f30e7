"""References: read from the author's files, cited in any CSL style, annotated."""
