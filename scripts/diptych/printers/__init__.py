"""The panels: a document to the bytes of a PDF, a Word file or a web page."""
