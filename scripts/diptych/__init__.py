"""Diptych: review articles with annotated references, from one YAML source to PDF and native Word."""

__version__ = "0.1.0"
