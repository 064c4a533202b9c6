"""The staff pages of notices and editions; each act has a page and calls one verb."""

from . import edition, foundation, notice, records

__all__ = ["edition", "foundation", "notice", "records"]
