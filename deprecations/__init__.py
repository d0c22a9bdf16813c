"""What is ending: lifecycle, policy, schedule, headers, impact, verdict."""
