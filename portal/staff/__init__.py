"""Staff pages and tools that span apps. Readers never see them."""
