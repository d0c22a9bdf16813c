"""Every way in: pages, API, webhooks, command, scheduler. Thin: parse, transact, call one verb, render."""
