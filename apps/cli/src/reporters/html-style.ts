/** The style of the HTML report. Every pair of colours has a contrast of 4.5 or more, in the light and in the dark. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --soft: #f1f3f5; --line: #c9d1d9; --red: #a40e26; --yellow: #7a4b00; --blue: #0550ae }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #1c232c; --line: #3d444d; --red: #ff938a; --yellow: #e3b341; --blue: #79c0ff }
}
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back) }
table { border-collapse: collapse }
th, td { padding: .3rem .8rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child { text-align: left }
meter { width: 6rem; vertical-align: middle }
details { border-top: 1px solid var(--line); padding: .5rem 0 }
summary { cursor: pointer }
summary h3 { display: inline; font-size: 1rem }
small { font-weight: normal }
.error { color: var(--red) } .warning { color: var(--yellow) } .info { color: var(--blue) }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere }
pre { padding: .5rem; overflow-x: auto; background: var(--soft); overflow-wrap: normal }
mark { background: none; color: inherit; font-weight: bold; text-decoration: underline }
ul { padding-left: 1.2rem } li { margin: .4rem 0 }
@media print { body { max-width: none; margin: 0 } pre { white-space: pre-wrap } details { break-inside: avoid } }
`;
