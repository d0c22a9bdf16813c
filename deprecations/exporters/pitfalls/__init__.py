"""Known ways in which an edge's configuration loses or spoils these headers, found by reading it."""
