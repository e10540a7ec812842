"""Community work that Remedi arranges: assessment, sites, placements, work sessions, courses, mentoring and the ledger of hours."""
