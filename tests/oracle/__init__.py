"""What citeproc-js, the reference implementation of CSL, makes of the same citations and references."""
