"""Addresses of referrals."""

from django.urls import path

from referrals.views import (
    cases,
    colleagues,
    documents,
    drafting,
    eligibility,
    filters,
    listing,
    notes,
    restricting,
    running,
    triage,
)

app_name = "referrals"

urlpatterns = [
    path("", listing.cases, name="list"),
    path("look-for/", listing.look_for, name="look_for"),
    path("assign/", listing.assign_ticked, name="assign_ticked"),
    path("filters/", filters.filters, name="filters"),
    path("filters/save/", filters.save, name="save_filter"),
    path("filters/<int:pk>/rename/", filters.rename, name="rename_filter"),
    path("filters/<int:pk>/delete/", filters.forget, name="delete_filter"),
    path("check/", eligibility.check, name="check_eligibility"),
    path("new/", drafting.start, name="start"),
    path("overrides/<int:pk>/decide/", running.decide_override, name="decide_override"),
    path("restricted/", restricting.restricted, name="restricted"),
    path("restricted/why/", restricting.say_why, name="say_why"),
    path("restricted/<uuid:pk>/admit/", restricting.admit, name="admit"),
    path("<uuid:pk>/", cases.case, name="detail"),
    # the draft
    path("<uuid:pk>/draft/", drafting.draft, name="draft"),
    path("<uuid:pk>/person/", drafting.edit_person, name="edit_person"),
    path("<uuid:pk>/parent/", drafting.edit_parent, name="edit_parent"),
    path("<uuid:pk>/incident/", drafting.edit_incident, name="edit_incident"),
    path("<uuid:pk>/disposal/", drafting.edit_disposal, name="edit_disposal"),
    path("<uuid:pk>/victims/", drafting.edit_victims, name="edit_victims"),
    path("<uuid:pk>/victims/add/", drafting.edit_victim, name="add_victim"),
    path("<uuid:pk>/victims/<uuid:victim_pk>/", drafting.edit_victim, name="edit_victim"),
    path("<uuid:pk>/victims/<uuid:victim_pk>/remove/", drafting.remove_victim, name="remove_victim"),
    path("<uuid:pk>/consent/", drafting.edit_consent, name="edit_consent"),
    path("<uuid:pk>/authority/", drafting.edit_authority, name="edit_authority"),
    path("<uuid:pk>/check/", drafting.check, name="check"),
    # the decision
    path("<uuid:pk>/accept/", triage.accept, name="accept"),
    path("<uuid:pk>/decline/", triage.decline, name="decline"),
    path("<uuid:pk>/ask/", triage.ask, name="ask"),
    path("<uuid:pk>/answer/", triage.answer, name="answer"),
    path("<uuid:pk>/remind/", triage.remind, name="remind"),
    path("<uuid:pk>/assign/", triage.assign, name="assign"),
    # the case
    path("<uuid:pk>/restriction/", restricting.restriction, name="restriction"),
    path("<uuid:pk>/colleagues/", colleagues.colleagues, name="colleagues"),
    path("<uuid:pk>/notes/", notes.notes, name="notes"),
    path("<uuid:pk>/notes/<int:note_pk>/sensitive/", notes.mark_sensitive, name="mark_note_sensitive"),
    path("<uuid:pk>/documents/", documents.documents, name="documents"),
    path("<uuid:pk>/documents/add/", documents.add_document, name="add_document"),
    path("<uuid:pk>/documents/<uuid:document_pk>/", documents.get_document, name="get_document"),
    path("<uuid:pk>/documents/<uuid:document_pk>/remove/", documents.remove_document, name="remove_document"),
    path("<uuid:pk>/withdraw/", running.withdraw, name="withdraw"),
    path("<uuid:pk>/suspend/", running.suspend, name="suspend"),
    path("<uuid:pk>/resume/", running.resume, name="resume"),
    path("<uuid:pk>/complete/", running.complete, name="complete"),
    path("<uuid:pk>/return/", running.return_to_officer, name="return"),
    path("<uuid:pk>/ask-override/", running.ask_override, name="ask_override"),
    path("<uuid:pk>/take-on/", running.take_on, name="take_on"),
    path("<uuid:pk>/first-contact/", running.first_contact, name="first_contact"),
    path("<uuid:pk>/check-further-offence/", running.check_further_offence, name="check_further_offence"),
]
