"""What a published edition said, provably: digests and their chain. Nothing here changes one."""
