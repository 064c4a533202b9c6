"""The staff pages that span apps: the firm's profile and the accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm import audit, mailing
from notices.firm.admin import LOGO
from notices.firm.admin_base import Audited, StaffAdmin
from notices.firm.audit import Act
from notices.firm.forms import OrganisationForm
from notices.firm.inputs.yes_no import yes_or_no
from notices.firm.languages import columns
from notices.firm.models import AuditEntry, Organisation
from notices.firm.storage import site_version
from portal.accounts import first_link, second_factor, sessions

from .audit import page as audit_page  # noqa: F401 - registers the audit
from .roles import ROLE_NAMES, role_of, why_not_together
from .setting_up.confirming import forget_samples

IS_ACTIVE = yes_or_no("is_active", _("active"))

# Factors are looked after by their owner; addresses stand in the accounts themselves.
admin.site.unregister([Group, User, EmailAddress, Authenticator])


class RoleFilter(admin.SimpleListFilter):
    """Find accounts by their role, in the words of the roles."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return list(ROLE_NAMES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(Organisation)
class OrganisationAdmin(StaffAdmin):
    """One row; confirming it ends the time of sample data."""

    form = OrganisationForm

    def get_fieldsets(self, request: HttpRequest, obj: Organisation | None = None) -> Any:
        confirm = ["these_are_ours"] if obj and obj.is_sample else []
        return [
            (
                None,
                {"fields": ["name", columns("service_name"), "legal_name"]},
            ),
            (_("Logo"), {"fields": LOGO}),
            (
                _("How people reach us"),
                {
                    "fields": [
                        "street",
                        ("postal_code", "city"),
                        columns("country"),
                        "phone",
                        columns("phone_hours"),
                        ("email", "privacy_email"),
                        "website",
                    ]
                },
            ),
            (
                _("Data protection"),
                {
                    "fields": [
                        columns("dpo_title"),
                        ("dpo_email", "dpo_phone"),
                        "dpo_address",
                        "authority_name",
                        "authority_address",
                        "authority_url",
                        "meeting_retention_months",
                    ]
                },
            ),
            (
                _("Imprint"),
                {
                    "fields": [
                        columns("represented_by"),
                        ("register_court", "register_number"),
                        "vat_id",
                        *confirm,
                    ]
                },
            ),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Organisation.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = Organisation.objects.first()
        if row is None:
            return super().changelist_view(request, *args, **kwargs)
        return HttpResponseRedirect(reverse("admin:firm_organisation_change", args=[row.pk]))

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        confirmed = form.cleaned_data.get("these_are_ours") and obj.is_sample
        if confirmed:
            obj.confirmed_at = timezone.now()
        super().save_model(request, obj, form, change)
        if confirmed:
            forget_samples(obj, by=request.user)  # type: ignore[arg-type]
            messages.success(
                request,
                _(
                    "The sample data are gone. "
                    "Now report what is set at Zoom, safeguard by safeguard."
                ),
            )


class RolesForm(UserChangeForm):  # type: ignore[type-arg]
    """An account with roles that may be held together."""

    def clean_groups(self) -> models.QuerySet[Group]:
        groups: models.QuerySet[Group] = self.cleaned_data["groups"]
        if reason := why_not_together({group.name for group in groups}):
            raise forms.ValidationError(reason, code="roles_together")
        return groups


class NewAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new account, whose password nobody but its owner ever knows."""

    class Meta:
        model = User
        fields = ["username", "email", "groups"]

    clean_groups = RolesForm.clean_groups
    clean_username = UserCreationForm.clean_username


@admin.register(User)
class StaffUserAdmin(Audited, UserAdmin):  # type: ignore[type-arg]
    """Accounts with a role; nobody gives themselves or others more than a role."""

    list_display = ["username", "role", IS_ACTIVE, "last_login"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["username", "email"]
    form = RolesForm
    add_form = NewAccountForm
    add_form_template = None  # Django's asks for a password
    actions = ["send_link", "reset_factor", "end_sessions", "erase"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "email"]}),
        (_("What this person may do"), {"fields": ["groups", "is_active"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["username", "email"],
                "description": _("The person gets a link with which they set their own password."),
            },
        ),
        (_("What this person may do"), {"fields": ["groups"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        # Nobody sets a password for others: their owners do, by a link that works once.
        return [one for one in super().get_urls() if one.name != "auth_user_password_change"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        users = super().get_queryset(request)
        # An account above the roles is out of reach for everybody below it.
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.label = _("Roles")
            field.help_text = _("Who writes a text cannot approve it, whatever the role.")
            field.label_from_instance = _role_name  # type: ignore[assignment,method-assign]
        return field

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None or obj.pk != request.user.pk:
            return super().get_fieldsets(request, obj)
        # Nobody gives themselves another role or locks themselves out.
        first, (title, _asked) = self.fieldsets
        return [first, (title, {"fields": [*self.get_readonly_fields(request, obj)]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        is_self = obj is not None and obj.pk == request.user.pk
        return ["role", IS_ACTIVE] if is_self else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The history names accounts for ever: they are erased, not deleted.
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("New account"), **(extra_context or {})}
        return super().add_view(request, form_url, context)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._links(request, [obj])

    def _links(self, request: HttpRequest, users: Iterable[User]) -> HttpResponse:
        """Show each link once to whoever made it: not every person can be reached by mail."""
        links = [(user, first_link.send(user, by=request.user)) for user in users]  # type: ignore[arg-type]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Link for an own password"),
            "links": links,
            "has_server": mailing.has_server(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/first_links.html", context)

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        return str(ROLE_NAMES.get(role_of(user), "–"))

    @admin.action(permissions=["change"], description=_("Send a new link for an own password"))
    def send_link(self, request: HttpRequest, users: models.QuerySet[User]) -> HttpResponse | None:
        if request.user in users or users.filter(is_active=False).exists():
            words = _("There is no link for your own account or for a closed one.")
            self.message_user(request, words, messages.ERROR)
            return None
        return self._links(request, users)

    @admin.action(
        permissions=["change"],
        description=_("Reset the second factor: first make sure who asks for it"),
    )
    def reset_factor(self, request: HttpRequest, users: models.QuerySet[User]) -> None:
        if request.user in users:
            self.message_user(request, _("Your own you manage under “My sign-in”."), messages.ERROR)
            return
        for user in users:
            second_factor.reset(user, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, _("Reset. At the next sign-in the password is enough once."))

    @admin.action(permissions=["change"], description=_("Sign out on all devices"))
    def end_sessions(self, request: HttpRequest, users: models.QuerySet[User]) -> None:
        for user in users:
            sessions.end_all(user)
            audit.record(Act.SESSIONS_ENDED, f"#{user.pk}", by=request.user)
        self.message_user(request, _("Signed out on all devices."))

    @admin.action(
        permissions=["change"],
        description=_("Erase the person: the account keeps only role and number"),
    )
    def erase(self, request: HttpRequest, users: models.QuerySet[User]) -> HttpResponse | None:
        """Show what erasing one person means, and do it once their name is typed."""
        if users.count() != 1:
            words = _("People are erased one by one. Please choose a single account.")
            self.message_user(request, words, messages.ERROR)
            return None
        person = users.get()
        if request.user == person:
            words = _("You cannot erase yourself. Ask a colleague.")
            self.message_user(request, words, messages.ERROR)
            return None
        name = person.username
        if "_confirm" in request.POST and request.POST.get("name", "").strip() == name:
            erase(person)
            audit.record(Act.ACCOUNT_ERASED, person.username, by=request.user)
            words = _("Erased. What the person did stays under “%(name)s”.")
            self.message_user(request, words % {"name": person.username})
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase a person"),
            "person": person,
            "acts": AuditEntry.objects.filter(by=person).count(),
            "is_wrong": "_confirm" in request.POST,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/erase.html", context)


def _role_name(group: Group) -> str:
    return str(ROLE_NAMES.get(group.name, group.name))


@transaction.atomic
def erase(user: User) -> None:
    """Keep the row that the history points to and nothing that says who it was."""
    user.username = f"{role_of(user) or 'staff'}-{user.pk}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    # People name their passkeys after themselves.
    Authenticator.objects.filter(user=user).delete()
    # First pages that are kept in memory must not go on naming the person.
    site_version.renew(connection)
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    ).update(object_repr=user.username)
