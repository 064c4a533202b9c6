# /de/schutz/, /en/safeguards/
from django.urls import path

from . import views

urlpatterns = [
    path("", views.safeguard_list, name="safeguard-list"),
]
