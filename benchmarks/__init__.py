"""Measurements made by hand: `make benchmark`. Nothing here decides whether a test passes."""
