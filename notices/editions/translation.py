from modeltranslation.translator import TranslationOptions, register

from notices.firm.languages import REQUIRED, required

from .models import Edition, Foundation, Notice, Withdrawal


@register(Foundation)
class FoundationTranslation(TranslationOptions):
    fields = ["name", "note"]
    required_languages = {REQUIRED: ["name"]}


@register(Notice)
class NoticeTranslation(TranslationOptions):
    fields = ["slug", "title"]
    required_languages = required("title", everywhere=["slug"])


@register(Edition)
class EditionTranslation(TranslationOptions):
    fields = ["title", "summary", "text", "change_note"]
    required_languages = {REQUIRED: ["title", "text"]}


@register(Withdrawal)
class WithdrawalTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = [REQUIRED]
