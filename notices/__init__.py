"""The domain of the portal, one small app per word a tenant would use.

Imports point down this list, never up:

    invitations   the doors from a meeting invitation
    faq           what people ask
    editions      what we say: notices and their frozen editions
    safeguards    what is switched off, since when, and does it still hold?
    firm          who runs this portal, and what every app needs
    lib           text in, text out: no models, no settings, no request

An edition's way: staff write it in the admin, `editions.publishing` freezes it, views, feed
and archive read it. A state's way: a promise, a finding and a check are appended by
`safeguards.recording`, `safeguards.states` decides, `safeguards.board` puts it into words.
"""
