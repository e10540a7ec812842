"""Referrals that come in a file: its columns, how it is read, what is wrong with its rows, and their import."""
