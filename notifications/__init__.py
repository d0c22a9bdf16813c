"""A post office: envelopes, outbox, retries, channels. It knows nothing of APIs."""
