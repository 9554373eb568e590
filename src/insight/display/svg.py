"""Drawings made lean: the same marks in a third of the bytes, so that a report of many pictures stays light."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

SAID_ONCE = ("font-family", "font-size", "fill")
"""What words of a drawing inherit from it. Marks left black take the ink of the words, a shade off."""
TEXT_STYLE = re.compile(r'(?<=<text style=")[^"]*')
NUMBERS = re.compile(r'(?<= )(d|x|y|transform|points)="([^"]*)"')
UNTURNED = re.compile(r' transform="rotate\(-?0(?:\.0+)? [^"]*\)"')
TAG = re.compile(r"<(/?)g((?:\s[^<>]*?)?)(/?)>")
BOX = re.compile(r"M (\S+) (\S+) L (\S+) \2 L \3 (\S+) L \1 \4 z")
BETWEEN = re.compile(r">\s*\n\s*<")
STAND_INS = re.compile(r"('DejaVu Sans'),[^;\"]*sans-serif")
"""Fonts that matplotlib names in case a reader has neither that font nor a plain one."""
DRAWN = re.compile(r'(?<= d=")[^"]*')
FLAT = re.compile(r"(?P<x>[-\d.]+) (?P<y>[-\d.]+)L(?P<to>[-\d.]+) (?P=y)(?=[A-Za-z]|$)")
UPRIGHT = re.compile(r"(?P<x>[-\d.]+) (?P<y>[-\d.]+)L(?P=x) (?P<to>[-\d.]+)(?=[A-Za-z]|$)")
MARK = r"<(?:path|use|text)\b[^<>]*?(?:/>|></(?:path|use)>|>[^<]*</text>)"
MARKS = re.compile(f"(?:{MARK}){{2,}}")
SHARED = re.compile(r' (?:style|clip-path)="[^"]*"')
OF_ITS_OWN = re.compile(r"[\";]opacity:")
"""See-through as a whole: a group of two marks that overlap would look otherwise than the two do."""
LINE = re.compile(r'(?P<clip><path[^<>]*?) d="(?P<drawn>[^"]*)" style="(?P<style>fill:none;[^"]*)" ?(?:/>|></path>)')


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


def _tight(found: re.Match[str]) -> str:
    """Return the course of a line without spaces round its letters, and level or upright pieces by their one end."""
    drawn = re.sub(r" ?([A-Za-z]) ?", r"\1", found[0])
    return UPRIGHT.sub(r"\g<x> \g<y>V\g<to>", FLAT.sub(r"\g<x> \g<y>H\g<to>", drawn))


def _own_look(mark: str) -> tuple[str, ...]:
    """Return what a mark may leave to a group round it: its style, and its clip unless it has a place of its own."""
    if OF_ITS_OWN.search(mark):
        return (mark,)
    return tuple(one for one in SHARED.findall(mark) if "clip" not in one or " transform=" not in mark)


def _as_one_line(marks: list[str]) -> list[str]:
    """Join neighbouring lines of one look: as many strokes, drawn by one mark. See-through ones would darken."""
    joined: list[str] = []
    last = None
    for mark in marks:
        this = LINE.fullmatch(mark)
        is_same = last and this and (last["style"], last["clip"]) == (this["style"], this["clip"])
        if is_same and "opacity" not in this["style"]:
            head, _, tail = joined[-1].partition('" style=')
            joined[-1] = f'{head}{this["drawn"]}" style={tail}'
        else:
            joined.append(mark)
        last = this
    return joined


def _alike(found: re.Match[str]) -> str:
    """Say the look of neighbouring marks once, on a group round them."""
    parts = []
    for look, run in groupby(re.findall(MARK, found[0]), key=_own_look):
        marks = _as_one_line(list(run))
        if look and len(marks) > 1 and not look[0].startswith("<"):
            bare = marks
            for one in look:
                bare = [mark.replace(one, "", 1) for mark in bare]
            parts.append(f"<g{''.join(look)}>{''.join(bare)}</g>")
        else:
            parts += marks
    return "".join(parts)


def lean(svg: str) -> str:
    """Return a drawing without what no reader sees: fine decimals, line breaks, empty groups, repeated looks."""
    light = STAND_INS.sub(r"\1,sans-serif", BETWEEN.sub("><", _rounded(svg))).replace('xlink:href="#', 'href="#')
    light = BOX.sub(r"M\1 \2H\3V\4H\1z", UNTURNED.sub("", light))
    light = DRAWN.sub(_tight, _said_once(light))
    light = re.sub(r'(?<= style=")[^"]*', lambda found: re.sub(r"([;:]) ", r"\1", found[0]), light)
    return MARKS.sub(_alike, _ungrouped(light))
