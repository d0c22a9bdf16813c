"""Consumers, owners and contacts out of other people's lists: Backstage catalogs and tables."""
