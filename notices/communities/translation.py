from modeltranslation.translator import TranslationOptions, register

from .models import CommunityDetails


@register(CommunityDetails)
class CommunityDetailsTranslation(TranslationOptions):
    fields = ["joint_terms"]
