"""The demonstration: fictional people and cases, as ordinary rows, from which the published figures follow."""
