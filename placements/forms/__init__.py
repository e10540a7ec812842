"""The forms of community work. They validate and explain; they never save."""
