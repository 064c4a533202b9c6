from modeltranslation.translator import TranslationOptions, register

from .languages import REQUIRED
from .models import Firm, Organisation


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ["service_name", "country", "phone_hours", "represented_by", "dpo_title"]
    required_languages = [REQUIRED]


@register(Firm)
class FirmTranslation(TranslationOptions):
    fields = ["service_name", "country", "phone_hours", "represented_by"]
    required_languages = {REQUIRED: ["country", "phone_hours", "represented_by"]}
