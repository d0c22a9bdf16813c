"""What exists: APIs, versions, documents, operations, spec repositories, and comparisons as stored."""
