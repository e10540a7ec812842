"""The columns of a file of referrals: what each is called, where it goes, what to enter in it.

The template, the page that explains it, the reader and every error message are made from COLUMNS.
"""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from referrals.models import (
    CommunityRemedyOption,
    Consent,
    Disposal,
    District,
    Ethnicity,
    Offence,
    Person,
    Referral,
    Victim,
)
from referrals.models.reference import Code

TEXT, DATE, TIME, YES_NO, NUMBER, CODE, CODES = "text", "date", "time", "yes_no", "number", "code", "codes"
ALWAYS, TO_SUBMIT = "Always", "To submit"


@dataclass(frozen=True)
class Column:
    """One column: its name in the first line of the file, where the API takes what is in it, the sentence that says
    what to enter, and how the template fills it."""

    name: str
    path: tuple
    enter: str
    example: str = ""
    shape: str = TEXT
    needed: str = ""
    codes: Any = None  # a code list or the fixed choices of a field
    when: str = ""  # it is needed

    def offered(self) -> list[tuple[str, str]]:
        """The codes that may be entered today, each with its words."""
        if self.codes is None:
            return []
        if issubclass(self.codes, Code):
            return list(self.codes.objects.valid_on(timezone.localdate()).values_list("code", "label"))
        return list(self.codes.choices)


def _person(name, enter, *args, **kwargs):
    return Column(name, ("participant", name.removeprefix("person_")), enter, *args, **kwargs)


def _parent(name, enter, *args, **kwargs):
    return Column(name, ("parent_or_carer", name.removeprefix("parent_")), enter, *args, **kwargs)


def _case(name, enter, *args, **kwargs):
    return Column(name, (name,), enter, *args, **kwargs)


def _victim(name, enter, *args, **kwargs):
    return Column(name, ("victims", 0, name.removeprefix("victim_")), enter, *args, **kwargs)


def _consent(name, enter, *args, **kwargs):
    return Column(name, ("consent", name.removeprefix("consent_")), enter, *args, **kwargs)


CHILD = "for somebody under 18"
GROUPS: dict[str, list[Column]] = {
    "The person": [
        _person("given_names", "Enter the first names.", "Sam", needed=ALWAYS),
        _person("family_name", "Enter the last name.", "Example", needed=ALWAYS),
        _person("date_of_birth", "Enter the date of birth, like 31/12/2001.", "01/02/1999", DATE, ALWAYS),
        _person("sex", "Enter female, male or not_stated.", "male", CODE, codes=Person.Sex),
        _person("gender", "Enter the gender, if it is different."),
        _person("ethnicity", "Enter the ethnicity, as they describe it.", "", CODE, codes=Ethnicity),
        _person("officer_perceived_ethnicity", "Enter the ethnicity, as you perceive it.", "", CODE, codes=Ethnicity),
        _person("disability", "Enter yes, no or not_stated.", "no", CODE, codes=Person.Disability),
        _person("needs", "Enter what makes a session easier or safer for them.", "Reads slowly"),
        _person("language", "Enter the language they prefer, if not English."),
        _person("interpreter_needed", "Enter yes if an interpreter is needed.", "no", YES_NO),
        _person("phone", "Enter a phone number, like 07700 900123.", "07700 900123"),
        _person("phone_is_safe", "Enter yes if it is safe to call and text this number.", "yes", YES_NO),
        _person("email", "Enter an email address, like name@example.com."),
        _person("email_is_safe", "Enter yes if it is safe to write to this address.", "", YES_NO),
        _person("address", "Enter the house, street, town and postcode.", "1 Example Street, Ilkeston"),
        _person("person_district", "Enter the district they live in.", "erewash", CODE, codes=District),
        _person("school", "Enter the school or college."),
    ],
    "Parent or carer, of a child": [
        _parent("parent_given_names", "Enter the parent or carer’s first names.", needed=TO_SUBMIT, when=CHILD),
        _parent("parent_family_name", "Enter the parent or carer’s last name.", needed=TO_SUBMIT, when=CHILD),
        _parent("parent_relationship", "Enter what they are to the child, like mother.", needed=TO_SUBMIT, when=CHILD),
        _parent("parent_phone", "Enter their phone number."),
        _parent("parent_phone_is_safe", "Enter yes if it is safe to call this number.", "", YES_NO),
        _case("appropriate_adult", "Enter who was the appropriate adult.", needed=TO_SUBMIT, when=CHILD),
    ],
    "What happened": [
        _case("incident_number", "Enter the incident number.", "26000000001", needed=TO_SUBMIT),
        _case("crime_number", "Enter the crime number."),
        _case("offence", "Enter the offence or type of ASB.", "criminal_damage", CODE, ALWAYS, Offence),
        _case("asb_qualifier", "Enter the kind of ASB.", "environmental", CODE, codes=Referral.Qualifier),
        _case(
            "offence_at", "Enter when it happened, like 31/12/2025 14:30.", "01/06/2026 16:00", TIME, TO_SUBMIT
        ),
        _case("reported_on", "Enter the day it was reported, like 31/12/2025.", "01/06/2026", DATE),
        _case("place", "Enter where it happened.", "Bath Street, Ilkeston", needed=TO_SUBMIT),
        _case("district", "Enter the district where it happened.", "erewash", CODE, ALWAYS, District),
        _case("circumstances", "Enter what happened.", "Sprayed paint on the bus shelter.", needed=TO_SUBMIT),
        _case("risks", "Enter the risks to know about.", when="unless risks_considered is yes", needed=TO_SUBMIT),
        _case("risks_considered", "Enter yes if risks were considered and none are known.", "yes", YES_NO),
        _case("domestic_abuse", "Enter yes if it was domestic abuse between partners.", "no", YES_NO),
        _case("hate", "Enter yes if it was a hate crime.", "no", YES_NO),
        _case("sexual", "Enter yes if it had a sexual element.", "no", YES_NO),
        _case("weapon", "Enter yes if there was a weapon.", "no", YES_NO),
        _case("serious_violence", "Enter yes if there was serious violence.", "no", YES_NO),
        _case("inspector", "Enter the inspector who authorised it.", needed=TO_SUBMIT, when="outside the usual rules"),
        _case("inspector_reason", "Enter the inspector’s reason.", needed=TO_SUBMIT, when="outside the usual rules"),
    ],
    "Disposal and hours": [
        _case("disposal", "Enter how the police dealt with it.", "community_resolution", CODE, ALWAYS, Disposal),
        _case("disposal_at", "Enter when it was given, like 31/12/2025 14:30.", "01/06/2026 18:00", TIME, TO_SUBMIT),
        _case("sufficient_evidence", "Enter yes if there is sufficient evidence.", "yes", YES_NO, TO_SUBMIT,
              when="for a community resolution"),
        _case(
            "responsibility", "Enter whether they accept responsibility.", "accepted", CODE, TO_SUBMIT,
            Referral.Responsibility, "where the disposal needs it",
        ),
        _case("gravity_score", "Enter the gravity score, 1 to 5.", "", NUMBER, TO_SUBMIT, when=CHILD),
        _case("rationale", "Enter why this disposal is right.", "First time, wants to put it right.",
              needed=TO_SUBMIT, when="for a community resolution"),
        _case("hours_set", "Enter the hours as a whole number from 1 to 300.", "12", NUMBER, TO_SUBMIT),
        _case("hours_reason", "Enter why these hours.", needed=TO_SUBMIT, when="outside the usual range"),
        _case("supervisor", "Enter the rank and name of the supervisor to be told."),
    ],
    "Who was harmed": [
        _victim("victim_kind", "Enter person, business or community.", "person", CODE, codes=Victim.Kind,
                needed=TO_SUBMIT, when="if somebody was harmed"),
        Column("victim_given_names", ("victims", 0, "person", "given_names"), "Enter the victim’s first names.", "Mary",
               when="of a person", needed=TO_SUBMIT),
        Column("victim_family_name", ("victims", 0, "person", "family_name"), "Enter the victim’s last name.",
               "Example", when="of a person", needed=TO_SUBMIT),
        Column("victim_organisation", ("victims", 0, "organisation_name"), "Enter the business or community.",
               when="of a business or community", needed=TO_SUBMIT),
        _victim("victim_consulted_on", "Enter when they were asked, like 31/12/2025.", "01/06/2026", DATE, TO_SUBMIT,
                when="for a community resolution"),
        _victim("victim_view", "Enter what they said.", "Would like the shelter cleaned.", needed=TO_SUBMIT,
                when="for a community resolution"),
        _victim("victim_wish", "Enter what they would like to happen.", "repair_damage", CODE,
                codes=CommunityRemedyOption),
        _victim("victim_told_about_rj_on", "Enter when they heard of restorative justice, like 31/12/2025.", "", DATE),
        _victim("victim_safe_contact", "Enter a safe way to reach them."),
        _victim("victim_enhanced_rights", "Enter yes if they have enhanced rights.", "no", YES_NO),
    ],
    "Consent": [
        _consent("consent_kinds", "Enter what was signed for, like take_part share.", "take_part share", CODES,
                 TO_SUBMIT, Consent.OfReferral),
        _consent("consent_given_by", "Enter who signed.", "Sam Example", needed=TO_SUBMIT),
        _consent("consent_relationship", "Enter self, or what they are to the person."),
        _consent("consent_given_on", "Enter when they signed, like 31/12/2025.", "01/06/2026", DATE, TO_SUBMIT),
    ],
}  # fmt: skip
COLUMNS = {column.name: column for columns in GROUPS.values() for column in columns}
EXAMPLE = {column.name: column.example for column in COLUMNS.values()}
BY_PATH = {column.path: column for column in COLUMNS.values()}
# Where a rule or a refusal names its field in another way than the file does.
OF_FIELD = {
    "consulted_on": "victim_consulted_on",
    "told_about_rj_on": "victim_told_about_rj_on",
    "given_on": "consent_given_on",
    "victim": "victim_consulted_on",
    "consent": "consent_kinds",
}


def column_of(field: str | None) -> str:
    """The column in which the field of a rule, a refusal or an error is entered; empty where there is none."""
    name = OF_FIELD.get(field or "", field or "")
    return name if name in COLUMNS else ""
