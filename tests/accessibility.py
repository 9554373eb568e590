"""axe-core in every frame of a page, with the rules of WCAG 2.2 AA; what it finds, in words."""

import shutil
from importlib.resources import files

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = "no Chromium on this machine: install Debian's package chromium"

VIEWS = [(1200, "light"), (1200, "dark"), (320, "light"), (320, "dark")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONFIGURE = "axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] })"
RUN = f"axe.run({{ runOnly: {RULES!r}, resultTypes: ['violations'] }})"


def source():
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def open_everything(page):
    """Closed details hide their content from axe, and lazy frames load only when scrolled to.

    Rows of a table are alike, so those past the first 25 are taken out: axe weighs every cell.
    """
    shorten(page, rows=25)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()
        frame.content_frame.locator(".leaflet-container").wait_for()


def shorten(page, *, rows):
    """Take rows past the first few out of every table."""
    page.evaluate(
        "(most) => document.querySelectorAll('main tbody')"
        ".forEach((one) => [...one.rows].slice(most).forEach((row) => row.remove()))",
        rows,
    )


def inject(page):
    for frame in page.frames:
        frame.evaluate(source())
        frame.evaluate(CONFIGURE)


def violations(page):
    """One line a violation: rule, impact, and where."""
    found = page.evaluate(RUN)
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"][:5]
    ]


def found_in_all_views(page):
    """What axe finds on an open page, by width and scheme, with all details open; no key for a view without faults."""
    open_everything(page)
    inject(page)
    found = {}
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if bad := violations(page):
            found[width, scheme] = bad
        # What a row says was weighed once; width and scheme change all rows alike.
        shorten(page, rows=6)
    return found
