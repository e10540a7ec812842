"""The design system: GOV.UK components and form rendering for every page; knows nothing of the domain."""
