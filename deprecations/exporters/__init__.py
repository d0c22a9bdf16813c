"""Configuration for gateways, written from the rule set: one file an edge, one row in `edges.py`."""
