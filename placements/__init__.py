"""Community work that Remedi arranges: assessment, sites, placements, work, courses, mentoring, the ledger of hours."""
