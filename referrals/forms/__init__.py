"""What the pages of a case ask. Forms validate and explain; none of them saves."""
