"""The trail: what was done and read, by whom; what each row was and became; sealed so that tampering shows."""
