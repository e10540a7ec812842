"""What accounts shows on the home page."""


def worklists(user, now):
    return []
