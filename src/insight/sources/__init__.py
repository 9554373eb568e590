"""Readers of what councils hold, each behind a contract that refuses bad input whole."""
