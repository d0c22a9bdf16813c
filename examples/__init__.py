"""Fernwick Fulfilment, an invented company: its specs, its consumers, its plans and its traffic.

It feeds the first start, the tests and the documentation. How it gets into the database is left to
whoever loads it.
"""
