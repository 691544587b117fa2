/** The style of all pages: two colour schemes, system fonts, no request to anywhere else. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#17222d, #e6edf3);
  --quiet: light-dark(#53616f, #9aa7b4);
  --paper: light-dark(#ffffff, #10161c);
  --panel: light-dark(#f3f6f8, #18212a);
  --line: light-dark(#d3dbe2, #2c3843);
  --link: light-dark(#0b5a9d, #7ab8f0);
  --good: light-dark(#1b6e3c, #58c585);
  --fair: light-dark(#7f5600, #e0b04a);
  --poor: light-dark(#a82a1e, #f08a7e);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
header, main { max-width: 68rem; margin: 0 auto; padding: 0.75rem 1.25rem; }
header { border-bottom: 1px solid var(--line); display: flex; gap: 1rem; justify-content: space-between; }
header nav { min-width: 0; }
nav ol { display: flex; flex-wrap: wrap; gap: 0.5rem; list-style: none; margin: 0; padding: 0; }
nav li { min-width: 0; }
nav li + li::before { content: "/"; color: var(--quiet); margin-right: 0.5rem; }
a { color: var(--link); }
a:focus-visible, pre:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.brand { font-weight: 700; text-decoration: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem; }
h1 { font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
h1 small { color: var(--quiet); font-weight: 400; }
h2 { margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.5rem; }
th, td { text-align: left; padding: 0.45rem 0.9rem 0.45rem 0; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: middle; }
tbody th { overflow-wrap: anywhere; min-width: 9rem; }
thead th { white-space: nowrap; color: var(--quiet); font-size: 0.875rem; }
time { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.meter { display: inline-flex; align-items: center; gap: 0.6rem; }
.meter strong { font-variant-numeric: tabular-nums; }
.meter meter { width: 8rem; }
@media (max-width: 40rem) { .meter meter { width: 3.5rem; } tbody th { min-width: 7rem; } }
.meter.good strong { color: var(--good); }
.meter.fair strong { color: var(--fair); }
.meter.poor strong { color: var(--poor); }
.problem { color: var(--poor); }
.none { color: var(--quiet); }
.overall { font-size: 1.4rem; }
.finding { background: var(--panel); border-left: 4px solid var(--quiet); padding: 0.25rem 1rem 0.5rem; margin: 1rem 0; }
.finding.error { border-color: var(--poor); }
.finding.warning { border-color: var(--fair); }
.finding h3 { margin: 0.5rem 0; font-size: 1.05rem; }
.severity { text-transform: uppercase; font-size: 0.75rem; letter-spacing: 0.05em; color: var(--quiet); }
.finding.error .severity { color: var(--poor); }
.finding.warning .severity { color: var(--fair); }
.place { color: var(--quiet); margin: 0; overflow-wrap: anywhere; }
pre { background: var(--paper); border: 1px solid var(--line); padding: 0.6rem 0.8rem; overflow-x: auto; font-size: 0.875rem; }
mark { background: light-dark(#fdeeba, #4a3c10); color: inherit; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0.5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
.trend { width: 100%; max-width: 40rem; }
.trend line { stroke: var(--line); }
.trend text { fill: var(--quiet); font-size: 0.75rem; text-anchor: end; dominant-baseline: middle; }
.trend polyline { fill: none; stroke: var(--link); stroke-width: 2; }
.trend circle, .trend rect { fill: var(--link); }
form p { margin: 0.4rem 0; }
label { color: var(--quiet); }
input, select, button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--quiet); border-radius: 0.25rem; padding: 0.3rem 0.6rem; max-width: 100%; }
input:focus-visible, select:focus-visible, button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.filters { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: end; }
.filters p label { display: block; font-size: 0.875rem; }
.filters .boxes label { font-size: 1rem; color: var(--ink); }
.badge { border: 1px solid var(--good); color: var(--good); border-radius: 1rem; padding: 0 0.6rem; font-size: 0.8rem; white-space: nowrap; }
.badge.paid { border-color: var(--fair); color: var(--fair); }
.readme { border-left: 4px solid var(--line); padding-left: 1rem; }
.readme code { background: var(--panel); }
.pager { display: flex; gap: 1.5rem; margin: 1rem 0; }
`;

export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 3v17H6z" fill="#0b5a9d"/><path d="M18 8v12h8z" fill="#4f97d3"/><path d="M3 22h26l-5 7H8z" fill="#17222d"/></svg>';
