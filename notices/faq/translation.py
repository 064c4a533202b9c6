from modeltranslation.translator import TranslationOptions, register

from notices.firm.languages import required

from .models import Question, Topic


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ["slug", "title"]
    required_languages = required("title", everywhere=["slug"])


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ["slug", "question", "asked_as", "answer", "answer_html"]
    required_languages = required("question", "answer", everywhere=["slug"])
