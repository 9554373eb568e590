"""Colours. One list for static and web pictures, so that both show the same shades.

Categorical: the palette of the UK Government Analysis Function, 3:1 or more on white. Colour never carries meaning
alone: charts pair it with markers, hatching or labels, and keep a white ground in dark mode.
"""

from __future__ import annotations

CATEGORIES = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1", "#7A5C00", "#D5268D")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
HATCHES = ("", "///", "---", "xxx", "\\\\\\", "+++", "/-", "|||")
"""Lines only: matplotlib writes a pattern of dots or rings as thousands of curves, a hundred kilobytes a picture."""
SEQUENTIAL = ("#EAF2F8", "#BFD7EA", "#7FB0D3", "#3B7FB5", "#12436D")
DIVERGING = ("#801650", "#C58BA6", "#F5F5F5", "#7FB0D3", "#12436D")
INK = "#0B0C0C"
MUTED = "#505A5F"
LINE = "#4C2C92"
"""Barriers on maps; map.js holds the same."""
GRID = "#D9DCDE"
NO_DATA = "#F0F0F0"
SRGB_KNEE = 0.04045
"""Where the sRGB curve turns from straight to power (IEC 61966-2-1)."""


def categorical(place: int) -> str:
    """Return the colour of the category at that place, starting again after the last."""
    return CATEGORIES[place % len(CATEGORIES)]


def marker(place: int) -> str:
    """Return the marker that goes with the colour of that place."""
    return MARKERS[place % len(MARKERS)]


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour (WCAG relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= SRGB_KNEE else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#FFFFFF" if (1.05 / (luminance + 0.05)) > ((luminance + 0.05) / 0.05) else INK
