# /notices/
from django.urls import path, register_converter
from django.utils.translation import gettext_lazy as _

from . import views
from .pages.history import LABEL


class EditionLabel:
    """The name of an edition or of one of its corrections: 7 or 7.1."""

    regex = LABEL

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EditionLabel, "edition")

urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path(_("preview/<str:token>/"), views.edition_preview, name="edition-preview"),
    path("<slug:slug>/", views.notice_detail, name="notice-detail"),
    path(_("<slug:slug>/history/"), views.edition_history, name="edition-history"),
    path(_("<slug:slug>/compare/"), views.edition_choose, name="edition-choose"),
    path(
        _("<slug:slug>/edition/<edition:label>/"),
        views.edition_detail,
        name="edition-detail",
    ),
    path(
        _("<slug:slug>/edition/<edition:label>.pdf"),
        views.edition_pdf,
        name="edition-pdf",
    ),
    path(
        _("<slug:slug>/edition/<edition:label>/compare/<edition:other>/"),
        views.edition_compare,
        name="edition-compare",
    ),
]
