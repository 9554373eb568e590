"""A picture that refuses to exist without finding, alternative text, caption, source, n and data."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html import escape
from typing import TYPE_CHECKING

from insight.display import html, interactive, svg
from insight.display.about import About, described
from insight.display.palette import MUTED
from insight.privacy.disclosure import merging
from insight.sources.standing import Standing

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    from matplotlib.transforms import Bbox

Bundle = tuple[dict[str, str], dict[str, dict[str, str]]]
"""Mime bundle and its metadata, as Jupyter wants them."""
PNG_DPI = 144
PAD_INCHES = 0.1
PNG_COLOURS = 96
"""Enough for flat shades and the soft edges of letters; a third of the bytes of full colour."""


def stamp(fig: matplotlib.figure.Figure, standing: Standing) -> None:
    """Write the demonstration label into the picture itself, so that a copied picture keeps it."""
    if standing.is_demonstration:
        fig.text(0.01, -0.01, standing.label, fontsize=7, color=MUTED, ha="left", va="top")


def _few_colours(svg: str) -> str:
    """Return a drawing whose images have few colours, as the pictures for print have."""
    from PIL import Image

    def fewer(found: re.Match[str]) -> str:
        small = io.BytesIO()
        image = Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGBA")
        image.quantize(PNG_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(small, "PNG")
        return f"data:image/png;base64,{base64.b64encode(small.getvalue()).decode()}"

    return re.sub(r"data:image/png;base64,([\w+/=\s]+)", fewer, svg)


def settled(fig: matplotlib.figure.Figure) -> Bbox:
    """Lay a figure out once and for all, and return the box in inches that holds all its marks.

    Laying out costs more than drawing, and a picture is drawn twice.
    """
    fig.draw_without_rendering()
    fig.set_layout_engine("none")
    return fig.get_tightbbox().padded(PAD_INCHES)


def svg_of(fig: matplotlib.figure.Figure, box: Bbox, *, name: str, alt: str) -> str:
    """Return a settled figure as inline SVG with its label, identifiers of its own, and the same bytes each time."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "insight"}):
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches=box)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
    text = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", text)
    own_mark = f"d{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    for number, one in enumerate(sorted(used, key=lambda one: (-len(one), one))):
        own = f"{own_mark}-{number}"
        text = text.replace(f'id="{one}"', f'id="{own}"').replace(f"url(#{one})", f"url(#{own})")
        text = text.replace(f'href="#{one}"', f'href="#{own}"')
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', svg.lean(_few_colours(text)), count=1)


def png_of(fig: matplotlib.figure.Figure, box: Bbox) -> str:
    """Return a settled figure as base64 PNG of few colours, the same bytes each time."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=PNG_DPI, metadata={"Software": None}, bbox_inches=box)
    Image.open(drawn).convert("RGB").quantize(PNG_COLOURS, dither=Image.Dither.NONE).save(small, "PNG")
    return base64.b64encode(small.getvalue()).decode()


class Figure:
    """A chart for readers.

    Args:
        fig: a matplotlib figure, as :mod:`insight.display.charts` makes them; closed once rendered.
        name: kebab-case name, also of the CSV.
        title: what was found.
        alt: what is seen and what it means, in 20 characters or more; not the title or the caption again.
        caption: how to read it.
        source: where the data come from.
        n: cases behind it.
        data: the rows that the picture shows.
        standing: what the data are.

    Raises:
        DisplayError: something that a reader needs is missing.
        DisclosureError: the data name people one by one.
    """

    def __init__(
        self,
        fig: matplotlib.figure.Figure,
        *,
        name: str,
        title: str,
        alt: str,
        caption: str,
        source: str,
        n: int,
        data: pd.DataFrame,
        standing: Standing,
    ) -> None:
        import matplotlib.pyplot as plt

        caption += merging.words(data)
        self.about = About(name=name, title=title, caption=caption, source=source, n=int(n), standing=standing)
        self.alt, self.data = alt, data
        try:
            described(self.about, data, alt=alt)
            stamp(fig, standing)
            box = settled(fig)
            self.svg = svg_of(fig, box, name=name, alt=alt)
            self.png = png_of(fig, box)
        finally:
            plt.close(fig)

    def html(self) -> str:
        """Return the figure as HTML."""
        return html.figure(self.about, f'<div class="picture">{self.svg}</div>', self.data, marked=self.svg)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:  # noqa: ARG002
        text = f"{self.about.title}\n{self.about.standing.label}\n{self.alt}"
        return {"text/html": self.html() + interactive.extras(), "image/png": self.png, "text/plain": text}, {
            "image/png": {"alt": self.alt}
        }

    def __repr__(self) -> str:
        return f"Figure {self.about.name}: {self.about.title}"
