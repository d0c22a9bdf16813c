"""Who may do what: users, sessions, tokens, the audit trail."""
