"""Readers of dialects: each turns a document into the one effective model that the walk compares."""
