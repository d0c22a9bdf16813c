"""Who calls what: log readers, identity, routing, roll-up, usage."""
