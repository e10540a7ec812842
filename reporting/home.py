"""What reporting shows on the home page."""


def worklists(user, now):
    return []
