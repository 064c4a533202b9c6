# /de/schutz/, /en/safeguards/
from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

urlpatterns = [
    path("", views.safeguard_list, name="safeguard-list"),
    path(_("label/"), views.safeguard_label, name="safeguard-label"),
]
