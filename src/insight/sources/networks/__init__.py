"""Readers of personal networks as collected: egor-style files and Network Canvas exports. Rows may hold names.

Only :mod:`insight.privacy.network_intake` calls these; what leaves it holds counts and codes.
"""

from insight.sources.networks.canvas import read_network_canvas
from insight.sources.networks.egor import read_egor
from insight.sources.networks.model import PersonalNetworks

__all__ = ["PersonalNetworks", "read_egor", "read_network_canvas"]
