from modeltranslation.translator import TranslationOptions, register

from notices.firm.languages import REQUIRED, required

from .models import Attestation, Explanation, Promise, Provider, QuickAnswer, Safeguard, Wording


@register(Safeguard)
class SafeguardTranslation(TranslationOptions):
    fields = ["slug", "name", "zoom_name"]
    required_languages = required("name", "zoom_name", everywhere=["slug"])


@register(Provider)
class ProviderTranslation(TranslationOptions):
    fields = ["received"]


@register(QuickAnswer)
class QuickAnswerTranslation(TranslationOptions):
    fields = ["question", "question_past"]
    required_languages = [REQUIRED]


@register(Wording)
class WordingTranslation(TranslationOptions):
    fields = ["text", "meaning", "past", "sentence"]
    required_languages = {REQUIRED: ["text"]}


@register(Promise)
class PromiseTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = [REQUIRED]


@register(Explanation)
class ExplanationTranslation(TranslationOptions):
    fields = ["text"]
    required_languages = [REQUIRED]


@register(Attestation)
class AttestationTranslation(TranslationOptions):
    fields = ["reason"]
    required_languages = [REQUIRED]
