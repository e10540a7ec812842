"""The code lists of a case, as the scheme starts with them. Later changes are made by an administrator."""

from django.db import migrations

LISTS = {
    "District": (
        ("code", "label"),
        [
            ("amber_valley", "Amber Valley"),
            ("bolsover", "Bolsover"),
            ("chesterfield", "Chesterfield"),
            ("derby", "Derby city"),
            ("derbyshire_dales", "Derbyshire Dales"),
            ("erewash", "Erewash"),
            ("high_peak", "High Peak"),
            ("ne_derbyshire", "North East Derbyshire"),
            ("south_derbyshire", "South Derbyshire"),
        ],
    ),
    "Offence": (
        ("code", "label", "hint", "is_crime"),
        [
            ("asb_personal", "ASB aimed at a person", "Behaviour that targets one person or group", False),
            ("asb_nuisance", "ASB causing a nuisance", "Trouble, annoyance or suffering to a community", False),
            ("asb_environmental", "ASB harming the environment", "Litter, fly-tipping, noise or damage to a place", False),
            ("harassment", "Harassment", "", True),
            ("public_order", "Public order", "Section 4A or 5, or affray at the lowest level", True),
            ("drunk_disorderly", "Drunk and disorderly", "", True),
            ("shop_theft", "Theft from a shop", "", True),
            ("cannabis", "Possession of cannabis", "", True),
            ("criminal_damage", "Criminal damage", "Graffiti included", True),
            ("other", "Another low-level crime", "Say which in the circumstances", True),
        ],
    ),
    "Disposal": (
        ("code", "label", "hint", "needs_admission", "children_only", "adults_only"),
        [
            ("community_resolution", "Community resolution (outcome 8)", "Responsibility accepted, victim consulted", True, False, False),
            ("outcome_22", "Outcome 22: diversion", "No admission needed; recorded after the activity is done", False, False, False),
            ("conditional_caution", "Conditional caution", "Admission and consent; goes back to you if not done", True, False, True),
            ("youth_caution", "Youth caution", "", True, True, False),
            ("youth_conditional_caution", "Youth conditional caution", "Appropriate adult and YJS assessment needed", True, True, False),
            ("outcome_20", "Outcome 20: action by another body", "", False, False, False),
            ("outcome_21", "Outcome 21: not in the public interest", "", False, False, False),
            ("deferred_prosecution", "Deferred prosecution (outcome 23)", "", False, False, False),
            ("abc", "Acceptable Behaviour Contract", "", False, False, False),
            ("cpw_cpn", "Community protection warning or notice", "", False, False, False),
            ("cbo", "Criminal behaviour order", "", False, False, False),
            ("non_crime_asb", "Non-crime ASB", "No crime recorded", False, False, False),
        ],
    ),
    "CommunityRemedyOption": (
        ("code", "label"),
        [
            ("apology_in_person", "Apology face to face"),
            ("apology_in_writing", "Apology in writing"),
            ("pay_for_damage", "Pay for the damage"),
            ("repair_damage", "Repair the damage"),
            ("written_assignment", "Written assignment"),
            ("tenancy_enforcement", "Tenancy enforcement"),
            ("abc", "Acceptable Behaviour Contract"),
            ("parenting_contract", "Parenting contract"),
            ("structured_activity", "Structured activity"),
            ("alcohol_or_drug_treatment", "Alcohol or drug treatment"),
            ("mediation", "Mediation"),
            ("shuttle_conference", "Shuttle conference"),
            ("counselling", "Counselling"),
        ],
    ),
    "Ethnicity": (
        ("code", "label"),
        [
            ("W1", "White: English, Welsh, Scottish, Northern Irish or British"),
            ("W2", "White: Irish"),
            ("W3", "White: Gypsy or Irish Traveller"),
            ("W9", "White: any other White background"),
            ("M1", "Mixed: White and Black Caribbean"),
            ("M2", "Mixed: White and Black African"),
            ("M3", "Mixed: White and Asian"),
            ("M9", "Mixed: any other Mixed background"),
            ("A1", "Asian: Indian"),
            ("A2", "Asian: Pakistani"),
            ("A3", "Asian: Bangladeshi"),
            ("A4", "Asian: Chinese"),
            ("A9", "Asian: any other Asian background"),
            ("B1", "Black: Caribbean"),
            ("B2", "Black: African"),
            ("B9", "Black: any other Black background"),
            ("O2", "Other: Arab"),
            ("O9", "Any other ethnic group"),
            ("NS", "Not stated"),
        ],
    ),
    "DeclineReason": (
        ("code", "label", "hint", "redirects"),
        [
            ("not_eligible", "Not eligible for the scheme", "Say which rule", False),
            ("redirected_to_yjs", "Redirected to the Youth Justice Service", "Say which team", True),
            ("redirected_elsewhere", "Redirected to another service", "Say which service", True),
            ("too_serious", "Too serious for the scheme", "", False),
            ("evidence", "Not enough evidence", "", False),
            ("open_case", "Already open to the scheme", "", False),
            ("unsafe", "Risk too high for the people or places involved", "", False),
            ("consent", "The person does not agree to take part", "", False),
            ("incomplete", "Information asked for was not given", "", False),
        ],
    ),
    "WithdrawReason": (
        ("code", "label", "group"),
        [
            ("entered_in_error", "Entered in error", "Record keeping"),
            ("duplicate", "Already referred", "Record keeping"),
            ("charged", "Charged or dealt with in another way", "Police decision"),
            ("no_further_action", "No further action", "Police decision"),
            ("consent_withdrawn", "The person no longer agrees", "The person"),
            ("cannot_be_found", "The person cannot be found", "The person"),
        ],
    ),
    "SuspendReason": (
        ("code", "label"),
        [
            ("ill_health", "Ill health"),
            ("in_custody", "In custody"),
            ("caring", "Caring for somebody"),
            ("investigation", "Another investigation is under way"),
            ("away", "Away for an agreed time"),
        ],
    ),
    "ReturnReason": (
        ("code", "label"),
        [
            ("non_compliance", "Did not comply"),
            ("consent_withdrawn", "Consent withdrawn"),
            ("unsuitable", "Unsuitable after assessment"),
            ("further_offence", "Further offence"),
            ("moved_away", "Moved away"),
            ("died", "Died"),
        ],
    ),
    "AttendanceOutcome": (
        ("code", "label", "hint", "attended", "enforceable"),
        [
            ("complied", "Attended and complied", "Came, stayed and did what was asked", True, False),
            ("failed_to_comply", "Attended, failed to comply", "Came, but did not do what was asked", True, True),
            ("failed_acceptable", "Attended, failed to comply, acceptable", "There was a good reason", True, False),
            ("sent_home_behaviour", "Sent home because of behaviour", "Credit the time worked before leaving", True, True),
            ("sent_home_service", "Sent home by the service", "Weather, staff or equipment; not the person’s doing", True, False),
            ("concurrent_hours", "Attended, hours served elsewhere too", "Two orders served at once", True, False),
            ("unacceptable_absence", "Absent, no acceptable reason", "Raises a letter to the person", False, True),
            ("absent_medical", "Absent: medical", "Ill, or a medical appointment", False, False),
            ("absent_employment", "Absent: work", "Work, training or a job interview", False, False),
            ("absent_family", "Absent: family or childcare", "", False, False),
            ("absent_legal", "Absent: court or legal", "", False, False),
            ("absent_stood_down", "Absent: stood down", "Told in advance not to come", False, False),
            ("rescheduled_person", "Rescheduled by the person", "They asked in good time", False, False),
            ("rescheduled_service", "Rescheduled by the service", "", False, False),
        ],
    ),
    "Deadline": (
        ("code", "label", "amount", "unit"),
        [
            ("triage", "Decision on a referral", 1, "working_days"),
            ("first_contact", "First contact with the participant", 2, "working_days"),
            ("first_session", "First reparative session after the disposal", 48, "hours"),
            ("rj_information", "Restorative justice information to the victim", 5, "working_days"),
            ("rj_information_enhanced", "The same, for a victim with enhanced rights", 1, "working_days"),
            ("officer_told", "Officer told of non-compliance", 2, "working_days"),
            ("subject_access", "Answer to a subject access request", 1, "months"),
        ],
    ),
}


def load(apps, schema_editor):
    for model, (fields, rows) in LISTS.items():
        manager = apps.get_model("referrals", model).objects.using(schema_editor.connection.alias)
        manager.bulk_create(
            apps.get_model("referrals", model)(position=position, **dict(zip(fields, row, strict=True)))
            for position, row in enumerate(rows, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
