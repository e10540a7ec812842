"""What restorative shows on the home page."""


def worklists(user, now):
    return []
