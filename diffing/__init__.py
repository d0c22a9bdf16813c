"""Compare two versions of an API's spec and say what breaks whom, with proof.

A pure library: two documents in, findings out. It opens no file, asks no clock and no network.
"""
