"""Community work that Remedi arranges: assessment, sites, placements, work sessions and the ledger of hours."""
