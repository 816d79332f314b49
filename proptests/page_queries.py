# SPDX-License-Identifier: Apache-2.0
#
# What page_test.py asks a page in the browser, and the answers of `ovlsim run --json` in the words of a page.

# Elements of the picture, each as its class, place and content: what two ways to one step must agree about.
PICTURE = """[...document.querySelectorAll(".run:nth-child(%d) svg .panels > g, .run:nth-child(%d) svg .rows > g, .run:nth-child(%d) svg .arrows > g")]
    .map((g) => [...g.classList].sort().join(" ") + g.getAttribute("transform") + [...g.children].map((c) => c.outerHTML).join("")).sort()"""

# The contrast of each text with what is behind it, as WCAG 2 counts it; those that are too low. Text of 18.66 pixels in bold or 24 may have 3.
LOW_CONTRAST = """(() => {
  const channels = (c) => { const n = c.match(/[\\d.]+/g).map(Number); return n.length > 3 && n[3] === 0 ? null : n.slice(0, 3); };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (node) => { for (let n = node; n; n = n.parentElement) { const c = channels(getComputedStyle(n).backgroundColor); if (c) return c; }
    return channels(getComputedStyle(document.body).backgroundColor); };
  const fill = (node) => node && getComputedStyle(node).fill !== "none" ? channels(getComputedStyle(node).fill) : null;
  const low = [];
  let seen = 0;
  const check = (colour, paper, text, least) => { const [a, b] = [light(colour), light(paper)].sort((x, y) => y - x); seen++;
    if ((a + 0.05) / (b + 0.05) < least) low.push(text + ": " + colour + " on " + paper); };
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest("svg, script, style, noscript") || node.getAttribute('aria-disabled') === 'true' || !node.checkVisibility()) continue;
    if (![...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(node);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    check(channels(style.color), behind(node), node.textContent.slice(0, 40), large ? 3 : 4.5);
  }
  for (const text of document.querySelectorAll(".picture svg.ovl text")) {
    const group = text.closest(".row, .panel");
    const frame = document.querySelector(".picture svg.ovl .panel:not(.absent) .frame");
    const paper = fill(group.querySelector(".back")) || fill(group.querySelector(".head")) || (group.classList.contains("row") ? fill(frame) : behind(text.ownerSVGElement));
    check(channels(getComputedStyle(text).fill), paper, text.textContent, 4.5);
  }
  return [low, seen];
})()"""


def fields_of(answer):
    """The fields of an answer as the page has them: the value of an expectation each."""
    fields = {k: str(v) for k, v in answer.items() if k not in ("line", "verb", "status", "log", "entries", "names")}
    for listed in ("entries", "names"):
        if listed in answer:
            names = [e["name"] if listed == "entries" else e for e in answer[listed]]
            fields[listed] = ",".join(n.replace("\\", "\\\\").replace(",", "\\,") for n in names)
    return fields
