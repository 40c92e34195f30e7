"""Attacks on a build: what hostile projects plant, and a watch over what the build does meanwhile."""
