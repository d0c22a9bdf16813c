"""Brownouts: announced windows in which what ends fails on purpose, so that whoever still calls finds out."""
