"""What the `sundial` command can do, a file a noun."""
