/** Steps from no shade to the full one. */
export const LEVELS = 20;

/** From these levels on, letters are of the other colour: contrast stays above 4.5 in both schemes. */
const TURNS = { light: { p: 17, n: 19 }, dark: { p: 13, n: 12 } } as const;

function shadeRules(scheme: keyof typeof TURNS): string {
  const rules: string[] = [];
  for (const sign of ["p", "n"] as const) {
    for (let level = 1; level <= LEVELS; level++) {
      const isTurned = level >= TURNS[scheme][sign];
      const ink = `;color:${isTurned === (scheme === "light") ? "#fff" : "#000"}`;
      rules.push(
        `.${sign}${level}{background:color-mix(in srgb,var(--${sign}) ${(100 * level) / LEVELS}%,var(--paper))${ink}}`,
      );
    }
  }
  return rules.join("");
}

export const STYLE = `:root{color-scheme:light dark;--paper:#fff;--ink:#14171a;--faint:#555d68;--line:#d4d9df;--p:#1f5fa8;--n:#b4531f;--lit:#d97706;--good:#176b3a;--bad:#b00020}
@media(prefers-color-scheme:dark){:root{--paper:#14161a;--ink:#e8eaed;--faint:#a6adb8;--line:#3a4048;--p:#7fb2ff;--n:#ffa366;--lit:#fbbf24;--good:#6fd69a;--bad:#ff8a95}}
*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:1rem 1rem 11rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.4rem;margin:.2em 0}h2{font-size:1.15rem;margin:2em 0 .4em;border-top:1px solid var(--line);padding-top:.8em}h3{font-size:1rem;margin:1.6em 0 .2em}
.formula{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9rem;margin:.1em 0 .5em;overflow-wrap:anywhere}.dim,caption,figcaption{color:var(--faint);font-size:.85rem}
p{margin:.4em 0;max-width:60rem}.scroll{overflow-x:auto;max-width:100%;width:fit-content}.beside{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:flex-start}
table{border-collapse:collapse;font:14px/1.3 ui-monospace,Menlo,Consolas,monospace;font-variant-numeric:tabular-nums}caption{text-align:left;font-family:system-ui,sans-serif;padding:.1em 0}
.scroll>table>caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.beside caption,.grid caption{position:static!important;width:auto!important;height:auto!important;clip-path:none!important}.grid figcaption{display:none}.grid thead th{text-align:center}.scroll{position:relative}
th{font-weight:600;color:var(--faint);padding:.2em .5em;text-align:left;white-space:pre}thead th{text-align:right}td{padding:.25em .5em;text-align:right;border:1px solid var(--paper);white-space:pre}tfoot td,.sum{color:var(--faint)}
.masked{color:var(--faint)}.right::after,.rounded::after,.carried::after{color:var(--good)}.wrong{color:var(--bad);font-weight:700;outline:1px solid var(--bad)}
[data-k] td{cursor:pointer}td:focus-visible,td.at{outline:3px solid var(--lit);outline-offset:-2px}td.lit{outline:2px dashed var(--lit);outline-offset:-2px}
img{image-rendering:pixelated;width:12rem;max-width:100%;border:1px solid var(--line);background:#fff}.grid img{width:4.5rem}figure{margin:.5em 0}pre{overflow-x:auto;padding:.6em;border:1px solid var(--line);font-size:13px}svg{max-width:100%;height:auto}
#why{position:fixed;left:0;right:0;bottom:0;max-height:10rem;overflow:auto;padding:.6rem 1rem;background:var(--paper);border-top:2px solid var(--lit);font:14px/1.4 ui-monospace,Menlo,Consolas,monospace}
#why[hidden]{display:none}#why p{max-width:none;overflow-wrap:anywhere}button{font:inherit;color:inherit;background:none;border:1px solid var(--faint);border-radius:4px;margin:.15rem .3rem .15rem 0;padding:.2rem .5rem;min-height:28px;cursor:pointer}button:focus-visible{outline:3px solid var(--lit)}
${shadeRules("light")}@media(prefers-color-scheme:dark){${shadeRules("dark")}}
@media print{body{max-width:none;padding:0;font-size:11pt}#why{display:none!important}.scroll{overflow:visible}table,figure{break-inside:avoid}h3{break-after:avoid}td,th,img,svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
