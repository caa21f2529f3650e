"""The style of a brief: dark on white, one column for reading, whole tables on paper."""

from __future__ import annotations

__all__ = ["STYLE"]

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 54rem; padding: 1.5rem 1.25rem 4rem; background: #fff;
  color: #1a1a1a; font: 1rem/1.55 Georgia, "Times New Roman", "DejaVu Serif", serif;
  overflow-wrap: break-word; }
h1, h2, h3, h4, th, caption, .kind, nav, figcaption { font-family: system-ui, "Segoe UI",
  "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.2rem 0 0.6rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.6rem 0 0.7rem;
  padding-top: 0.5rem; border-top: 2px solid #1a1a1a; }
h3 { font-size: 1.08rem; line-height: 1.3; margin: 1.8rem 0 0.5rem; }
h4 { font-size: 0.95rem; margin: 1.3rem 0 0.3rem; }
p, ul, ol { margin: 0.6rem 0; }
li { margin: 0.3rem 0; }
a { color: #003e7e; }
a:focus-visible, .scroll:focus-visible { outline: 3px solid #003e7e; outline-offset: 2px; }
.kind { color: #4a4a4a; font-size: 0.9rem; margin: 0; }
.source, .aside { color: #4a4a4a; font-size: 0.88rem; }
.box { border-left: 5px solid #003e7e; background: #f3f6f9; padding: 0.4rem 1rem;
  margin: 1.2rem 0; }
nav ol { columns: 2; column-gap: 2rem; font-size: 0.92rem; padding: 0; margin: 0.6rem 0;
  list-style-position: inside; }
nav li { break-inside: avoid; margin: 0; padding: 0.15rem 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.84rem; line-height: 1.35; }
caption { text-align: left; font-weight: 600; font-size: 0.88rem; padding: 0 0 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.32rem 0.4rem;
  border-bottom: 1px solid #c4c4c4; }
thead th { border-bottom: 2px solid #1a1a1a; vertical-align: bottom; font-size: 0.76rem;
  white-space: normal; hyphens: auto; }
tbody th { font-weight: 500; min-width: 6rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
figure { margin: 1.2rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: 0.85rem; color: #3a3a3a; margin-top: 0.4rem; }
pre { background: #f3f3f3; border: 1px solid #c4c4c4; padding: 0.7rem 0.9rem; font-size: 0.84rem;
  line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
dt { font-weight: 600; margin-top: 0.5rem; }
dd { margin: 0 0 0 1.2rem; }
@media (max-width: 40rem) {
  body { padding: 1rem 0.8rem 3rem; }
  h1 { font-size: 1.5rem; }
  nav ol { columns: 1; }
}
@page { margin: 18mm 16mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; line-height: 1.4; }
  h1 { font-size: 19pt; } h2 { font-size: 14pt; } h3 { font-size: 11.5pt; } h4 { font-size: 10pt; }
  h1, h2, h3, h4, caption, .who { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  tr, figure, .box, pre { break-inside: avoid; }
  tbody tr:first-child { break-before: avoid; } p:has(+ pre) { break-after: avoid; }
  thead { display: table-header-group; }
  table { font-size: 8pt; }
  tbody th { min-width: 0; }
  .scroll, figure { overflow: visible; }
  .new-page { break-before: page; }
  a { color: inherit; text-decoration: none; }
  nav { display: none; }
  td.number { white-space: normal; }
}
"""
"""One style sheet for screen and paper. Nothing in it is loaded from elsewhere."""
