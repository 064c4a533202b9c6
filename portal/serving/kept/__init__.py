"""Parts of the page cache: a page, its store, its files, and what is done for it later."""
