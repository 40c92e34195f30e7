"""Outside judges of the outputs. A judge that is missing raises: nothing is skipped."""
