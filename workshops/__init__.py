"""The ASB awareness workshop: programmes, sessions, bookings, attendance and feedback."""
