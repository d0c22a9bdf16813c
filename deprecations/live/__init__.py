"""The live check: what edges really send, compared with the plan."""
