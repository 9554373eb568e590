"""The one door to people's rows: protected frames, consent, and what may be shown of small numbers."""
