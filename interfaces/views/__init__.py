"""How rows are told to programs: the JSON API and `--json` say the same, from here."""
