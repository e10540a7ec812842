"""Addresses of workshops."""

from django.urls import path

from workshops.views import (
    asking,
    bookings,
    calendar,
    downloads,
    feed,
    feedback,
    outside,
    register,
    scheduling,
    sessions,
)

app_name = "workshops"

urlpatterns = [
    path("", sessions.upcoming, name="list"),
    path("register-due/", sessions.register_due, name="register_due"),
    path("past/", sessions.past, name="past"),
    path("download/", downloads.sessions, name="download"),
    path("to-book/", sessions.to_book, name="to_book"),
    path("calendar/", calendar.agenda, name="calendar"),
    path("calendar/week/", calendar.week, name="calendar_week"),
    path("calendar/month/", calendar.month, name="calendar_month"),
    path("calendar/your-own/", calendar.own_calendar, name="own_calendar"),
    path("feed/<str:token>.ics", feed.FeedView.as_view(), name="feed"),
    path("book/<uuid:pk>/", bookings.book_case, name="book_case"),
    path("sessions/new/", scheduling.schedule_session, name="schedule_session"),
    path("sessions/new-series/", scheduling.schedule_series, name="schedule_series"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/book/", bookings.book_person, name="book_person"),
    path("sessions/<uuid:pk>/book-by-reference/", bookings.book_by_reference, name="book_by_reference"),
    path("sessions/<uuid:pk>/register/", register.record_register, name="record_register"),
    path("sessions/<uuid:pk>/edit/", scheduling.edit_session, name="edit_session"),
    path("sessions/<uuid:pk>/move/", scheduling.move_session, name="move_session"),
    path("sessions/<uuid:pk>/cancel/", scheduling.cancel_session, name="cancel_session"),
    path("bookings/<uuid:pk>/cancel/", bookings.cancel_booking, name="cancel_booking"),
    path("bookings/<uuid:pk>/promote/", bookings.promote_booking, name="promote_booking"),
    path("bookings/<uuid:pk>/feedback/", feedback.give_feedback, name="give_feedback"),
    path("bookings/<uuid:pk>/link/", asking.give_link, name="give_link"),
    path("bookings/<uuid:pk>/certificate/", asking.certificate, name="certificate"),
    path("sessions/<uuid:pk>/links/", asking.give_links, name="give_links"),
    path("sessions/<uuid:pk>/screen/", asking.open_screen, name="open_screen"),
    path("sessions/<uuid:pk>/screen/close/", asking.close_screen, name="close_screen"),
    path("cases/<uuid:pk>/comments/", asking.comments, name="comments"),
    path("quotes/", asking.quotes, name="quotes"),
    path("say/<str:token>/", outside.say, name="say"),
    path("thank-you/", outside.thank_you, name="thank_you"),
    path("screen/<str:token>/", outside.screen, name="screen"),
    path("screen/<str:token>/<uuid:booking_pk>/", outside.screen_answer, name="screen_answer"),
]
