"""A firm's logo: uploaded in the profile, cleaned, and shown where the firm speaks."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from notices.firm.forms import LOGO_ERRORS
from notices.firm.models import Organisation
from notices.invitations.models import Meeting
from notices.lib import pdf
from notices.lib.logo import Fault, clean
from tests.conftest import SignIn
from tests.factories import make_firm, make_meeting, make_organisation
from tests.lib.test_logo import png, svg

pytestmark = pytest.mark.django_db
PROFILE = "/admin/firm/organisation/1/change/"
OTHER = '<path d="M1 1h7v7z" fill="#8c1d18"/>'


def fields_of(client: Client, address: str) -> dict[str, str]:
    """Return what a browser would send back of the form at `address`."""
    form = client.get(address).context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in values.items() if value not in (None, False)}


def upload(client: Client, content: bytes, name: str = "logo.svg", **more: str) -> str:
    file = SimpleUploadedFile(name, content)
    sent = {**fields_of(client, PROFILE), "logo_file": file, **more}
    return client.post(PROFILE, sent, follow=True).content.decode()


@pytest.fixture
def profile(sign_in: SignIn) -> Client:
    make_organisation()
    return sign_in("reviewer")[0]


@pytest.mark.parametrize(("content", "name"), [(svg(), "logo.svg"), (png(), "logo.png")])
def test_an_uploaded_logo_stands_in_the_bar_of_every_page(
    profile: Client, content: bytes, name: str
) -> None:
    upload(profile, content, name)
    picture = Organisation.objects.get().picture
    assert picture is not None
    assert picture.content == clean(content).content
    for page in ("/de/", "/en/safeguards/", "/de/kontakt/"):
        html = " ".join(profile.get(page).content.decode().split())
        assert f'src="/logo/{picture.name}" alt=""' in html
    answer = Client().get(f"/logo/{picture.name}")
    assert answer.content == picture.content
    assert answer.headers["Content-Type"] == picture.kind
    assert (
        answer.headers["Content-Security-Policy"]
        == "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert "immutable" in answer.headers["Cache-Control"]


def test_what_cannot_be_a_logo_is_refused_with_its_reason(profile: Client) -> None:
    for content, word in ((b"GIF89a", "weder PNG noch SVG"), (svg("<text>a</text>"), "„text“")):
        assert word in upload(profile, content)
        assert Organisation.objects.get().logo == ""
    assert set(LOGO_ERRORS) == set(Fault)


def test_a_logo_stays_while_other_fields_are_saved_and_goes_when_it_is_taken_away(
    profile: Client,
) -> None:
    upload(profile, svg())
    sent = fields_of(profile, PROFILE)
    profile.post(PROFILE, {**sent, "phone": "030 5"})
    assert Organisation.objects.get().picture
    profile.post(PROFILE, {**sent, "no_logo": "on"})
    assert Organisation.objects.get().logo == ""
    assert profile.get("/logo/0123456789abcdef.svg").status_code == 404


def with_logos() -> Meeting:
    own = make_organisation()
    own.logo = clean(svg()).stored()
    own.save()
    firm = make_firm(logo=clean(svg(OTHER)).stored())
    return make_meeting(firm=firm)


def test_pages_of_a_further_firm_bear_its_own_logo(client: Client) -> None:
    meeting = with_logos()
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert f"/logo/{clean(svg(OTHER)).name}" in page
    assert f"/logo/{clean(svg()).name}" not in page


def test_the_letter_sheet_bears_the_logo_of_the_firm_that_invites(sign_in: SignIn) -> None:
    meeting = with_logos()
    client, _user = sign_in("editor")
    page = reverse("admin:invitations_meeting_sheet", args=[meeting.pk])
    sheet = client.get(page).content.decode()
    assert f"/logo/{clean(svg(OTHER)).name}" in sheet


@pytest.mark.processes
@pytest.mark.skipif(not pdf.is_available(), reason="no PDF extra here")
@pytest.mark.parametrize("file", [svg(), png()])
def test_a_pdf_draws_a_logo_and_fetches_nothing(file: bytes) -> None:
    page = '<html lang="de"><title>x</title><p>x</p>{}</html>'
    logo = f'<img src="{clean(file).data_url}" alt="">'
    assert len(pdf.from_html(page.format(logo))) > len(pdf.from_html(page.format("")))
    with pytest.raises(pdf.PdfError):
        pdf.from_html(page.format('<img src="https://example.org/a.png" alt="">'))
