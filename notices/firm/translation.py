from modeltranslation.translator import TranslationOptions, register

from .models import Organisation


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ["service_name", "country", "phone_hours", "represented_by", "dpo_title"]
    required_languages = ["de"]
