"""Django's tag for translations, with fixed words looked up once for each language.

A page says hundreds of words that stand in its templates, most of them in every row. Django
makes a lazy text of each, every time, and offers no setting: its tag is replaced where it is.
"""

from __future__ import annotations

from django.template.base import Node, Parser, Token, Variable
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import trans_real


class FixedWords(Node):
    """Words that are the same whenever they are said in one language."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.node = node
        # By the catalogue itself: one that is read anew counts as another.
        self._said: dict[trans_real.DjangoTranslation, str] = {}

    def render(self, context: Context) -> str:
        catalogue = trans_real.catalog()
        if not isinstance(catalogue, trans_real.DjangoTranslation):
            # What stands there while no language is active is made for the occasion.
            return self.node.render(context)
        words = self._said.get(catalogue)
        if words is None:
            words = self._said[catalogue] = self.node.render(context)
        return words


def translate(parser: Parser, token: Token) -> Node:
    """Parse as Django does; what depends on nothing but the language is kept."""
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    literal = said.var.literal if isinstance(said.var, Variable) else None
    is_fixed = isinstance(literal, str) and not said.filters
    return FixedWords(node) if is_fixed and not (node.asvar or node.message_context) else node


def replace_tag() -> None:
    """Let every template that loads `i18n` translate this way."""
    for name in ("translate", "trans"):
        i18n.register.tag(name, translate)
