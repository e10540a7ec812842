"""What tests send to the API."""

WHOLE = {
    "participant": {"given_names": "Sam", "family_name": "Lowe", "date_of_birth": "1999-02-01"},
    "victims": [
        {
            "kind": "person",
            "person": {"given_names": "Mary", "family_name": "Poole"},
            "consulted_on": "2026-06-01",
            "view": "Clean it up.",
            "wish": "repair_damage",
        }
    ],
    "consent": {"kinds": ["take_part", "share"], "given_by": "Sam Lowe", "given_on": "2026-06-01"},
    "incident_number": "26000111222",
    "offence": "criminal_damage",
    "offence_at": "2026-06-01T16:00:00+01:00",
    "place": "Bath Street, Ilkeston",
    "district": "erewash",
    "circumstances": "Sprayed paint on the bus shelter.",
    "risks_considered": True,
    "disposal_at": "2026-06-01T18:00:00+01:00",
    "disposal": "community_resolution",
    "sufficient_evidence": True,
    "responsibility": "accepted",
    "rationale": "First time.",
    "hours_set": 12,
}
