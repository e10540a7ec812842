"""What audit shows on the home page."""


def worklists(user, now):
    return []
