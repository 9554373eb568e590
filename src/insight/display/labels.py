"""Names beside points, each where it meets least of what is there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import matplotlib.axes

WIDE, HIGH = 0.56, 1.15
"""About how wide a letter and how high a line of names is, as parts of the size of the type."""
MARK = 4.0
"""Half the side of a point's own mark, in points."""
OUTSIDE = 10.0
"""How much more it weighs that a name leaves the axes than that it meets another name."""
OFFSETS = tuple(
    (right, up, side)
    for up in (4.0, -10.0, 13.0, -19.0, 22.0, -28.0)
    for right, side in ((6.0, 0.0), (-6.0, -1.0), (0.0, -0.5))
)
"""Places tried for a name: points right and up of its point, and the part of its width that lies to the left."""

Box = tuple[float, float, float, float]


def name_points(
    axes: matplotlib.axes.Axes,
    names: Sequence[str],
    points: Sequence[tuple[float, float]],
    *,
    beside: Sequence[tuple[float, float]] = (),
    size: float = 7,
    italic: Sequence[bool] = (),
) -> None:
    """Write names beside their points; the figure must have been laid out before, so that places are known.

    Args:
        axes: with scales and limits as they will stay.
        names: one a point.
        points: in the data's own units.
        beside: further points that names should keep off.
        size: of the type.
        italic: names in italics; none when empty.
    """
    scale = 72 / axes.figure.dpi
    at = [tuple(axes.transData.transform(one) * scale) for one in points]
    others = [tuple(axes.transData.transform(one) * scale) for one in beside]
    taken: list[Box] = [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in (*at, *others)]
    frame = [scale * float(one) for one in axes.get_window_extent().extents]
    for number, (name, (x, y)) in enumerate(zip(names, at, strict=True)):
        wide = WIDE * size * len(name)
        boxes = [
            (x + right + wide * side, y + up, x + right + wide * (side + 1), y + up + HIGH * size)
            for right, up, side in OFFSETS
        ]
        costs = [sum(_shared(box, one) for one in taken) + OUTSIDE * _beyond(box, frame) for box in boxes]
        best = costs.index(min(costs))
        right, up, side = OFFSETS[best]
        taken.append(boxes[best])
        axes.annotate(
            name,
            points[number],
            xytext=(right + wide * side, up),
            textcoords="offset points",
            fontsize=size,
            fontstyle="italic" if italic and italic[number] else "normal",
        )


def _shared(one: Box, other: Box) -> float:
    """Return the area that two boxes share, in square points."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def _beyond(box: Box, frame: Sequence[float]) -> float:
    """Return the area of a box that lies outside the axes, in square points."""
    inside = (frame[0], frame[1], frame[2], frame[3])
    return (box[2] - box[0]) * (box[3] - box[1]) - _shared(box, inside)
