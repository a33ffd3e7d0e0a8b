/**
 * How the page of a report looks: light, dark, printed, from 320 px on. Text has a contrast of 4.5 at least, as WCAG 2.2 AA
 * asks for, also that on the fields of the week.
 */

const LIGHT =
  '--ink: #1c2430; --faint: #566170; --page: #fff; --box: #f4f6f9; --line: #d5dbe3; --bar: #1f6fb2; --ban: #b3261e; ' +
  '--l1: #fbe3e1; --l2: #f3b8b3; --l3: #e5847d; --l4: #c0392f; --l5: #8f1d16; --on-low: #1c2430; --on-high: #fff';
const DARK =
  '--ink: #e6eaf0; --faint: #a3afbd; --page: #14181e; --box: #1d232c; --line: #333c48; --bar: #6bb1ee; --ban: #ff8a80; ' +
  '--l1: #3a1d1f; --l2: #5e2527; --l3: #8c3230; --l4: #e0736b; --l5: #ffb3ab; --on-low: #e6eaf0; --on-high: #14181e';

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { color-scheme: light; ${LIGHT} } }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem } h3 { font-size: 1rem; margin: 1.25rem 0 .6rem }
p, caption, dt, summary { color: var(--faint) } p { margin: .25rem 0; overflow-wrap: anywhere } .empty { margin: 1.25rem 0 }
.sums { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0 }
.sums div { background: var(--box); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; display: flex; flex-direction: column; justify-content: space-between }
.sums dd { margin: 0; font-size: 1.6rem; line-height: 1.3; font-variant-numeric: tabular-nums }
.rankings { columns: 26rem; column-gap: 3rem } .rankings section { break-inside: avoid; overflow: hidden }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: .5rem } figure { margin: 0 }
.plot svg { width: 100%; overflow: visible } .bars { height: 9rem; display: block } .times { height: 1.4rem; grid-column: 2 }
.counts { min-width: 2.25rem; display: flex; flex-direction: column; justify-content: space-between; text-align: right; font-size: .75rem; line-height: 0; color: var(--faint); font-variant-numeric: tabular-nums }
line { stroke: var(--line) } text { fill: var(--faint); font-size: .75rem }
.bar { fill: var(--bar) } .ban { fill: var(--ban) }
table { border-collapse: collapse; width: 100% } caption { text-align: left }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line) }
th[scope=row] { font-weight: normal; overflow-wrap: anywhere } thead th { font-weight: 600; white-space: nowrap }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.part { width: 28%; min-width: 4rem; padding-right: 0 } .part svg { display: block; width: 100%; height: .6rem; background: var(--box) }
details { margin-top: .75rem } summary { cursor: pointer; padding: .25rem 0 } details table { max-width: 30rem }
.week { table-layout: fixed; border-collapse: separate; border-spacing: 2px; font-size: .75rem }
.week th, .week td { padding: .25rem 0; border: 0; text-align: center; height: 1.75rem; overflow: hidden }
.week th[scope=row], .week td:first-child { width: 2.25rem; text-align: left; white-space: nowrap } .week caption { font-size: 1rem }
.l0 { background: var(--box) } .l1 { background: var(--l1) } .l2 { background: var(--l2) } .l3 { background: var(--l3) } .l4 { background: var(--l4) } .l5 { background: var(--l5) }
.l1, .l2, .l3 { color: var(--on-low) } .l4, .l5 { color: var(--on-high) }
.scale { display: flex; gap: 2px; align-items: center; font-size: .875rem } .scale i { width: 1.5rem; height: .9rem } .scale span { margin: 0 .4rem }
@media (max-width: 30rem) { .part { width: 22%; min-width: 3rem } .jails .part { display: none } th, td { padding-right: .5rem } }
@media (max-width: 46rem) { .minor { display: none } .week { border-spacing: 1px } .week thead th, .week td { font-size: 0 } .week thead .main { font-size: .7rem; overflow: visible } }
@media print { body { max-width: none; padding: 0; font-size: 12px } .rankings { columns: 2; column-gap: 1.5rem } section, figure { break-inside: avoid } h2, h3 { break-after: avoid } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } details { display: none } }
@media (forced-colors: active) { .bar, .ban { fill: CanvasText } .week td { border: 1px solid } }
`;
