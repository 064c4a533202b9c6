from modeltranslation.translator import TranslationOptions, register

from .models import Question, Topic


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ["slug", "title"]
    required_languages = {"de": ["slug", "title"], "en": ["slug"]}


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ["slug", "question", "answer"]
    required_languages = {"de": ["slug", "question", "answer"], "en": ["slug"]}
