"""Staff page "Suche": one field for everything."""

from __future__ import annotations

from itertools import islice

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from notices.firm.inputs.one_line import OneLineField

from .search import MOST, search

# Everybody with a role; what is found depends on it.
SEE = "firm.view_auditentry"


class SearchForm(forms.Form):
    q = OneLineField(
        label=gettext_lazy("What are you looking for?"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=gettext_lazy("Words from a text, a name, a code. Example: Warteraum"),
    )


@require_safe
@permission_required(SEE, raise_exception=True)
def search_page(request: HttpRequest) -> HttpResponse:
    """Show where the words stand; more than a page of hits asks for more words."""
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    found = list(islice(search(words, request.user), MOST + 1))
    context = {
        "title": _("Search everything"),
        "form": form,
        "words": words,
        "hits": found[:MOST],
        "is_cut": len(found) > MOST,
    }
    return TemplateResponse(request, "admin/finding/search.html", context)
