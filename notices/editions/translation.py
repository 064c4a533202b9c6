from modeltranslation.translator import TranslationOptions, register

from .models import Edition, Foundation, Notice, Withdrawal


@register(Foundation)
class FoundationTranslation(TranslationOptions):
    fields = ["name", "note"]
    required_languages = {"de": ["name"]}


@register(Notice)
class NoticeTranslation(TranslationOptions):
    fields = ["slug", "title"]
    required_languages = {"de": ["slug", "title"], "en": ["slug"]}


@register(Edition)
class EditionTranslation(TranslationOptions):
    fields = ["title", "summary", "text", "change_note"]
    required_languages = {"de": ["title", "text"]}


@register(Withdrawal)
class WithdrawalTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = ["de"]
