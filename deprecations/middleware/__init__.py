"""Rule sets applied inside a service. Copy the folder into any project: it needs Python alone."""
