from modeltranslation.translator import TranslationOptions, register

from .models import Attestation, Explanation, Promise, QuickAnswer, Safeguard, Wording


@register(Safeguard)
class SafeguardTranslation(TranslationOptions):
    fields = ["slug", "name", "zoom_name"]
    required_languages = {"de": ["slug", "name", "zoom_name"], "en": ["slug"]}


@register(QuickAnswer)
class QuickAnswerTranslation(TranslationOptions):
    fields = ["question", "question_past"]
    required_languages = ["de"]


@register(Wording)
class WordingTranslation(TranslationOptions):
    fields = ["text", "meaning", "past", "sentence"]
    required_languages = {"de": ["text"]}


@register(Promise)
class PromiseTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = ["de"]


@register(Explanation)
class ExplanationTranslation(TranslationOptions):
    fields = ["text"]
    required_languages = ["de"]


@register(Attestation)
class AttestationTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = ["de"]
