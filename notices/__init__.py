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

Words, each for one thing:

    safeguard     one Zoom setting that protects people
    promise       what the firm says it does: on, exception, off or retired
    finding       what was seen in the account: protected, not protected or unknown
    check         somebody or something compared the account with our list
    coverage      a check covered a safeguard, and holds until its age limit
    state         what readers see: on, exception, due, off or retired (`safeguards.states`)
    run           one unbroken time of one state
    deviation     less was found than promised, until a later finding closes it
    attestation   a better state that one person reports and a second one confirms
    wording       what we say in one state, from a moment on; past days keep theirs
    quick answer  one of the few questions answered first: the worst of its safeguards
    board         the timelines of all safeguards in words: now, a past day, what changed
    reading       what the answers of Zoom say about every safeguard, before it is recorded
    notice        a text we give people: letter, privacy notice, imprint
    edition       one frozen text of a notice; a correction keeps its number
    foundation    a law, clause or contract that notices and answers lean on
    meeting       one date with its printed code; adjustments only ever weaken it
    mails         what the reviewers were told about a deviation
"""
