from modeltranslation.translator import TranslationOptions, register

from notices.firm.languages import REQUIRED

from .models import Adjustment, Meeting, MeetingType, Minutes


@register(MeetingType)
class MeetingTypeTranslation(TranslationOptions):
    fields = ["name", "rules"]
    required_languages = {REQUIRED: ["name"]}


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ["title", "place"]
    required_languages = {REQUIRED: ["title"]}


@register(Adjustment)
class AdjustmentTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = [REQUIRED]


@register(Minutes)
class MinutesTranslation(TranslationOptions):
    fields = ["legal_basis", "recipients", "objection"]
