"""Forms of workshops: they check what was typed and explain; operations decide."""
