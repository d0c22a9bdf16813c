"""Rule sets applied inside a service: each file works by itself, copied into any project."""
