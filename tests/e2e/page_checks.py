"""What can be measured of a page in a browser, beside what axe-core looks at."""

from axe_playwright_python.base import AXE_SCRIPT

# Pixels (WCAG 2.2, 2.5.5).
TARGET = 44
TARGETS = "a, button, summary, input:not([type=hidden])"
# What readers may set (WCAG 2.2, 1.4.12).
SPACING = """
* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}
p {margin-bottom: 2em !important}
"""
_SEEN = "element => element.checkVisibility({visibilityProperty: true})"
_AXE = """async rules => (await axe.run({resultTypes: ["violations"], rules})).violations.map(
    found => `${found.id} (${found.impact}): ${found.nodes.map(node => node.target)}`
)"""
# What takes axe-core most of its time, and is the same in each language.
NO_COLORS = {"color-contrast": {"enabled": False}}
_SIZES = f"""elements => elements.filter({_SEEN}).map(element => {{
    const {{width, height}} = element.getBoundingClientRect();
    return [element.textContent || element.name, Math.round(width), Math.round(height)];
}})"""
_OVERFLOW = """() => [
    document.documentElement.scrollWidth - innerWidth,
    ...[...document.querySelectorAll("button, summary, main, dl div")].map(
        element => element.scrollWidth - element.clientWidth
    ),
]"""
_FOCUS = """() => {
    const {activeElement: element} = document, style = getComputedStyle(element);
    return {
        tag: element.tagName,
        is_seen: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2,
    };
}"""
_SHIFT = """() => new Promise(resolve => {
    let shift = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) shift += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(shift))));
})"""
_COLORS = """button => {
    const style = getComputedStyle(button);
    return {
        text: style.color,
        surface: style.backgroundColor,
        edge: style.borderTopColor,
        sheet: getComputedStyle(button.closest("main")).backgroundColor,
    };
}"""


def violations(page, *widths, rules=None):
    """Return what axe-core finds at each width, of any impact.

    :param dict rules: which of its rules are left out.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for width in widths:
        resize(page, width)
        found += [f"{width} px: {text}" for text in page.evaluate(_AXE, rules or {})]
    return found


def resize(page, width):
    page.set_viewport_size({"width": width, "height": 800})


def overflow(page):
    """Return by how many pixels the page, or a part of it, is wider than its place."""
    return max(page.evaluate(_OVERFLOW))


def small_targets(page):
    """Return what can be pressed and is too small to be hit, with its width and height."""
    sizes = page.locator(TARGETS).evaluate_all(_SIZES)
    return [size for size in sizes if min(size[1:]) < TARGET]


def tab_stops(page):
    """Press Tab until the focus leaves the page; return where it was."""
    stops = []
    for _press in range(page.locator(TARGETS).count() + 1):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    return stops


def layout_shift(page):
    """Return how much of the page moved while it was loaded."""
    return page.evaluate(_SHIFT)


def contrasts(button):
    """Return the contrast of a button's text with its surface, and of its surface or edge,
    whichever is more, with the sheet on which it lies.
    """
    seen = {name: _read(color) for name, color in button.evaluate(_COLORS).items()}
    shape = max(_contrast(seen[part], seen["sheet"]) for part in ("surface", "edge"))
    return _contrast(seen["text"], seen["surface"]), shape


def _read(color):
    """Return red, green and blue of `rgb(…)`; what is transparent is as its surroundings."""
    numbers = [float(part) for part in color[color.index("(") + 1 : -1].split(",")]
    return numbers[:3] if len(numbers) == 3 or numbers[3] == 1 else None


def _contrast(color, other):
    """As WCAG 2.2 defines it, from 1 to 21; 1 for what is transparent."""
    if not color:
        return 1
    light, dark = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color):
    parts = [part / 255 for part in color]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
