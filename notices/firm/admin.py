from django.contrib import admin

from .models import AuditEntry
from .staff import ReadOnly


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "by", "act", "subject"]
    list_filter = ["act", "at"]
    list_select_related = ["by"]
    search_fields = ["subject"]
    date_hierarchy = "at"
