"""The database: engine, declarative base, the one place that commits, migrations."""
