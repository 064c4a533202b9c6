from modeltranslation.translator import TranslationOptions, register

from .models import Adjustment, Meeting, MeetingType


@register(MeetingType)
class MeetingTypeTranslation(TranslationOptions):
    fields = ["name"]
    required_languages = ["de"]


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ["title", "place"]
    required_languages = {"de": ["title"]}


@register(Adjustment)
class AdjustmentTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = ["de"]
