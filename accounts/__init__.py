"""Who may do what: users, organisations, the roles and their permissions, and sign-in."""
