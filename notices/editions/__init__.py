"""What we say: notices and their frozen editions. Nothing here knows a meeting or a question."""
