"""Restorative justice: the processes that give a victim a voice, from the offer to the outcome agreement."""
