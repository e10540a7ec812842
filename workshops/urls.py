"""Addresses of workshops."""

from django.urls import path

from workshops.views import bookings, downloads, feedback, register, sessions

app_name = "workshops"

urlpatterns = [
    path("", sessions.upcoming, name="list"),
    path("register-due/", sessions.register_due, name="register_due"),
    path("past/", sessions.past, name="past"),
    path("download/", downloads.sessions, name="download"),
    path("to-book/", sessions.to_book, name="to_book"),
    path("book/<uuid:pk>/", bookings.book_case, name="book_case"),
    path("sessions/new/", sessions.schedule_session, name="schedule_session"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/book/", bookings.book_person, name="book_person"),
    path("sessions/<uuid:pk>/register/", register.record_register, name="record_register"),
    path("sessions/<uuid:pk>/cancel/", sessions.cancel_session, name="cancel_session"),
    path("bookings/<uuid:pk>/cancel/", bookings.cancel_booking, name="cancel_booking"),
    path("bookings/<uuid:pk>/promote/", bookings.promote_booking, name="promote_booking"),
    path("bookings/<uuid:pk>/feedback/", feedback.give_feedback, name="give_feedback"),
]
