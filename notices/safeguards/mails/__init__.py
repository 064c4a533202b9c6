"""Mails to staff about safeguards, each sent once: deviations, and checks that fall due."""
