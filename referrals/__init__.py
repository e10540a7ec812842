"""The case: the person, the referral, triage, the plan and the lifecycle, with the reference data of a case."""
