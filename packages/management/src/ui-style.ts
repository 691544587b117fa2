/** The style of the page. */
export const style = `
:root { font: 16px/1.5 system-ui, sans-serif; --edge: #8888; --soft: #8882; --accent: #0b57d0; --good: #146c2e; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #a8c7fa; --good: #7ddc94; --bad: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem; background: Canvas; }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; padding: .75rem 1.5rem; border-bottom: 1px solid var(--edge); }
header p { margin: 0; }
h1 { font-size: 1.25rem; margin: 0; }
h1 span { font-weight: normal; }
h2 { font-size: 1.125rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
header form { margin-left: auto; }
#token-hint { font-size: .875rem; }
.columns { display: flex; flex-wrap: wrap; align-items: flex-start; }
nav { padding: 1rem 1.5rem; min-width: 12rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav button { display: block; width: 100%; text-align: left; border: 0; background: none; padding: .375rem .5rem; }
nav button[aria-current] { font-weight: bold; background: var(--soft); }
main { flex: 1 1 24rem; min-width: 0; padding: 1rem 1.5rem; }
main:focus { outline: none; }
#message { border-left: 4px solid var(--accent); padding: .25rem .75rem; margin: 0 0 1rem; }
#message:empty { border: 0; padding: 0; margin: 0; }
button, input, select { font: inherit; color: inherit; }
button, select, input { border: 1px solid var(--edge); border-radius: 4px; padding: .25rem .625rem; background: Canvas; }
button { cursor: pointer; }
button:disabled { cursor: default; opacity: .6; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--soft); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .75rem; border-radius: 4px; }
.UP { color: var(--good); }
.DOWN, .DEGRADED { color: var(--bad); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 0 1rem; }
input[type=number] { width: 7rem; }
th[scope=col] { overflow-wrap: normal; }
@media (max-width: 40rem) {
  nav ul { display: flex; flex-wrap: wrap; }
  nav button { width: auto; }
}
`;
