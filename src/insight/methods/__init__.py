"""Statistics that several stages share. Nothing here knows a council, a notebook or a file."""
