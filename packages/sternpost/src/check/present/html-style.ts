/** The style sheet of the HTML file: light and dark by the reader's setting, one column on a telephone, ink on paper. */
export const htmlStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #14171a);
  --text: light-dark(#1b1f23, #e3e6e9);
  --quiet: light-dark(#57606a, #a0a8b0);
  --line: light-dark(#d5dae0, #363c43);
  --code: light-dark(#f3f5f7, #1f2429);
  --error: light-dark(#b3261e, #ff8a80);
  --warning: light-dark(#8a5300, #ffc266);
  --advice: light-dark(#1f5fae, #8ab8ff);
  --ok: light-dark(#1a6b35, #7fd69a);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
main, footer { max-width: 48rem; margin: 0 auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { font-size: 1.6rem; margin: 2rem 0 0; }
h3 { font-size: 1.05rem; margin: 0 0 0.5rem; }
a { color: var(--advice); }
nav ul { list-style: none; padding: 0; }
header .count { margin: 0.25rem 0 1rem; font-weight: 600; }
.count.error { color: var(--error); }
.count.warning { color: var(--warning); }
.count.advice { color: var(--advice); }
.count.ok { color: var(--ok); }
.count.unknown, .source, .measured, footer { color: var(--quiet); }
article { --mark: var(--quiet); border-left: 0.25rem solid var(--mark); margin: 0 0 1.5rem; padding: 0 0 0 1rem; }
article.error { --mark: var(--error); }
article.warning { --mark: var(--warning); }
article.advice { --mark: var(--advice); }
article p { margin: 0.5rem 0; }
.severity { color: var(--mark); font-weight: 700; }
.source, .measured, footer { font-size: 0.875rem; }
.evidence { margin: 0.5rem 0; padding-left: 1.1rem; }
code, pre { font-family: ui-monospace, Consolas, monospace; font-size: 0.875rem; direction: ltr; unicode-bidi: isolate; }
code { background: var(--code); border-radius: 0.2rem; padding: 0.1rem 0.25rem; }
figure { margin: 0.5rem 0; }
figcaption { color: var(--quiet); font-size: 0.875rem; }
pre {
  background: var(--code);
  border: 1px solid var(--line);
  border-radius: 0.25rem;
  margin: 0;
  padding: 0.6rem 0.75rem;
  overflow-x: auto;
  overflow-wrap: normal;
}
summary { color: var(--quiet); cursor: pointer; font-size: 0.875rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; margin: 0.5rem 0; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.6rem 0.35rem 0; text-align: left; vertical-align: top; }
td, thead th { overflow-wrap: normal; white-space: nowrap; }
tbody th { font-weight: 400; min-width: 9rem; }
tfoot { font-weight: 700; }
.delivered-verified { color: var(--ok); }
.delivered-unprotected { color: var(--warning); }
.deferred, .refused { color: var(--error); }
td.unknown { color: var(--quiet); }
footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 0.75rem; padding-bottom: 2rem; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 10pt; }
  article, figure, table { break-inside: avoid; }
  section + section { break-before: page; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
}
`
