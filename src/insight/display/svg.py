"""Drawings made lean: the same marks in a third of the bytes, so that a report of many pictures stays light."""

from __future__ import annotations

import re
from collections import Counter

SAID_ONCE = ("font-family", "font-size", "fill")
"""What words of a drawing inherit from it. Marks left black take the ink of the words, a shade off."""
TEXT_STYLE = re.compile(r'(?<=<text style=")[^"]*')
NUMBERS = re.compile(r'(?<= )(d|x|y|transform|points)="([^"]*)"')
UNTURNED = re.compile(r' transform="rotate\(-?0(?:\.0+)? [^"]*\)"')
TAG = re.compile(r"<(/?)g((?:\s[^<>]*?)?)(/?)>")
BOX = re.compile(r"M (\S+) (\S+) L (\S+) \2 L \3 (\S+) L \1 \4 z")
BETWEEN = re.compile(r">\s*\n\s*<")


def _rounded(svg: str) -> str:
    """Return a drawing with coordinates at a tenth of a point: a sixth of a pixel on a usual screen."""

    def short(found: re.Match[str]) -> str:
        numbers = re.sub(r"-?\d+\.\d{2,}", lambda one: f"{float(one[0]):.1f}".removesuffix(".0"), found[2])
        return f'{found[1]}="{" ".join(numbers.split())}"'

    return NUMBERS.sub(short, svg)


def _declared(style: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in style.split(";") if one.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _said_once(svg: str) -> str:
    """Say the commonest font, size and ink of words once, on the drawing, instead of on each word."""
    styles = [_declared(style) for style in TEXT_STYLE.findall(svg)]
    common = {}
    for name in SAID_ONCE:
        if counts := Counter(style[name] for style in styles if name in style):
            common[name] = counts.most_common(1)[0][0]
    if not common:
        return svg

    def own(found: re.Match[str]) -> str:
        left = {name: value for name, value in _declared(found[0]).items() if common.get(name) != value}
        return ";".join(f"{name}:{value}" for name, value in left.items())

    lean = TEXT_STYLE.sub(own, svg).replace('<text style="" ', "<text ").replace('<text style="">', "<text>")
    said = ";".join(f"{name}:{value}" for name, value in common.items())
    return re.sub(r"<svg ", f'<svg style="{said}" ', lean, count=1)


def _ungrouped(svg: str) -> str:
    """Drop groups that say nothing of themselves; what they hold stays."""
    parts: list[str] = []
    kept: list[bool] = []
    last = 0
    for found in TAG.finditer(svg):
        parts.append(svg[last : found.start()])
        last = found.end()
        is_closing, is_empty = bool(found[1]), bool(found[3])
        if is_closing:
            parts.append(found[0] if kept.pop() else "")
        elif found[2].strip():
            parts.append(found[0])
            kept += [] if is_empty else [True]
        else:
            kept += [] if is_empty else [False]
    return "".join([*parts, svg[last:]])


def lean(svg: str) -> str:
    """Return a drawing without what no reader sees: fine decimals, line breaks, empty groups, repeated fonts."""
    light = BETWEEN.sub("><", _rounded(svg))
    light = BOX.sub(r"M\1 \2H\3V\4H\1z", UNTURNED.sub("", light))
    light = _said_once(light)
    light = re.sub(r'(?<= style=")[^"]*', lambda found: re.sub(r"([;:]) ", r"\1", found[0]), light)
    return _ungrouped(light)
