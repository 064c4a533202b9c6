# /meetings/
from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

urlpatterns = [
    path("", views.meeting_find, name="meeting-find"),
    path("<str:code>/", views.meeting_detail, name="meeting-detail"),
    path(_("<str:code>/event.ics"), views.meeting_ics, name="meeting-ics"),
]
