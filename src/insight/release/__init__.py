"""Releases: what may leave the council, packed once with provenance and checksums, and compared with earlier ones."""
