"""How one request to Zoom goes: its time, its body, its waits. Nothing here knows what is asked."""
