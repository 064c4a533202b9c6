"""Words that several apps say: whole sentences, rights, the sample firm. No page is in here."""
