import { present, tabulate } from "../../math/lists.js";
import { layoutRules, MOST_BESIDE, roomFor } from "./layout.js";
import { rampOf, type Theme } from "./ramp.js";
import { NARROWEST, TENTHS, WIDEST } from "./table.js";

/**
 * The colours, by the names used everywhere. Their contrast with the paper is at least 4.5. The focus, which is an
 * outline, needs only 3.
 */
const COLOURS: Readonly<Record<Theme, string>> = {
  light:
    "--paper:#fff;--wash:#f6f7f9;--ink:#1b1d22;--soft:#596069;--line:#d9dde3;--edge:#e6e8ec;--q:#0b62a8;--k:#a3470f;--v:#17704a;--a:#54389e;--good:#17704a;--bad:#b3172b;--near:#8a5a00;--then:#3f5f86;--focus:#d97706",
  dark: "--paper:#15171b;--wash:#1c1f25;--ink:#e9ebee;--soft:#a5abb5;--line:#363b44;--edge:#2a2e35;--q:#7cbaf3;--k:#f0a570;--v:#6fca9d;--a:#a693f5;--good:#6fca9d;--bad:#ff909a;--near:#e5b455;--then:#9dbbe0;--focus:#fbbf24",
};

const shades = (theme: Theme) =>
  rampOf(theme)
    .map(({ fill, ink }, level) => `.a${level}{background:${fill};color:${ink};fill:${fill}}`)
    .join("");

const each = (count: number, from: number, rule: (at: number) => string) =>
  tabulate(count - from + 1, (at) => rule(from + at)).join("");

/** Widths of cells, of names and of sums, in tenths of a rem; rows of a figure. */
const MEASURES: Readonly<Record<string, (n: number) => string>> = {
  w: (n) => `--w:${n / TENTHS}rem`,
  l: (n) => `--l:${n / TENTHS}rem`,
  s: (n) => `--s:${n / TENTHS}rem`,
  r: (n) => `--rows:${n}`,
};

/** The measures that every body needs. */
const ALL_MEASURES = [
  each(WIDEST.cell, NARROWEST.cell, (n) => `.w${n}{${MEASURES.w(n)}}.s${n}{${MEASURES.s(n)}}`),
  each(WIDEST.name, NARROWEST.name, (n) => `.l${n}{${MEASURES.l(n)}}`),
  each(roomFor.rows, 1, (n) => `.r${n}{${MEASURES.r(n)}}`),
].join("");

/** Returns the measures that a body uses. */
function measuresOf(body: string) {
  const names = Array.from(body.matchAll(/ class="([^"]*)"/g), ([, list]) => list.split(" ")).flat();
  const asked = new Set(names.filter((name) => /^[wlsr]\d+$/.test(name)));
  return Array.from(asked, (name) => `.${name}{${MEASURES[name[0]](Number(name.slice(1)))}}`).join("");
}

const BASE = `
*{box-sizing:border-box}[hidden]{display:none!important}html:not(.js) :is(.hint,.do,.live){display:none!important}html{-webkit-text-size-adjust:100%;--sans:"Inter","Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;--math:"STIX Two Math","Cambria Math","Latin Modern Math","TeX Gyre Termes Math","DejaVu Math TeX Gyre",math}
body{margin:0 auto;max-width:80rem;padding:1.75rem 1.5rem 4rem;background:var(--paper);color:var(--ink);font:16px/1.5 var(--sans)}
.kind{margin:0 0 .35rem;font-size:.8125rem;color:var(--soft)}.kind b{color:var(--ink);font-weight:600}
h1{font-size:1.625rem;line-height:1.3;font-weight:400;letter-spacing:-.01em;margin:0 0 .6rem;max-width:34em;text-wrap:pretty;overflow-wrap:anywhere}h1 b{font-weight:650}h1 .pc{color:var(--soft);font-size:.8em;white-space:nowrap}
h2{font-size:1.125rem;line-height:1.35;font-weight:650;margin:2.75rem 0 .25rem}h3,.sub{font-size:1rem;font-weight:650;margin:1.25rem 0 .2rem}
p{margin:.35rem 0;max-width:46em;text-wrap:pretty;overflow-wrap:anywhere}.note,.dim,figcaption{color:var(--soft);font-size:.875rem}a{color:var(--q)}
code,pre{font:.8125rem/1.5 var(--mono);overflow-wrap:anywhere;white-space:pre-wrap}pre{margin:.6rem 0}
math{font-family:var(--math);font-size:1.0625rem}mtext{font-family:var(--sans);font-size:.86em}msub mtext{font-size:.7em}
.q{color:var(--q)}.k{color:var(--k)}.v{color:var(--v)}.a{color:var(--a)}
:focus-visible{outline:2.5px solid var(--focus);outline-offset:2px;border-radius:2px}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.hero{display:grid;grid-template-columns:minmax(0,1fr) minmax(20rem,27rem);gap:1rem 3rem;align-items:start}
.scroll{overflow-x:auto;max-width:100%;position:relative}
`;

const TABLES = `
.m{border-collapse:collapse;table-layout:fixed;width:max-content;font-size:.8125rem;line-height:1;font-variant-numeric:tabular-nums lining-nums}
.m td{width:var(--w);height:var(--h,1.75rem);padding:0 .4rem 0 .2rem;text-align:right;border:1px solid var(--edge);white-space:nowrap}.m.c td{text-align:center;padding:0}
.m th{font-weight:400;color:var(--soft);font-size:.75rem;padding:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.m thead th{height:1.5rem;vertical-align:bottom;padding-bottom:.3rem;text-align:center;max-width:var(--w)}.m thead td{border:0;height:0;padding:0;width:var(--l)}
.nr :is(tbody th,thead td),.nc thead{display:none}.m tbody th{text-align:right;padding-right:.5rem;width:var(--l);max-width:var(--l)}.m .on{color:var(--ink);font-weight:650}
.m .sum{width:var(--s);border:0;border-left:1px solid var(--line);color:var(--soft);text-align:right;padding:0 .4rem 0 .2rem}.m .gap{border-left:2px solid var(--soft)}
.m .x{color:var(--soft);background:repeating-linear-gradient(135deg,transparent 0 3px,var(--line) 3px 4px);text-align:center;padding:0}
html.js [data-k] tbody td{cursor:pointer}td:focus-visible{outline:2.5px solid var(--focus);outline-offset:-1px}
td.lit{box-shadow:inset 0 0 0 2px var(--hue,var(--soft))}td.lit.plain{background:color-mix(in srgb,var(--hue,var(--ink)) 13%,var(--paper))}td.at{box-shadow:inset 0 0 0 2.5px var(--focus)}td.peek{box-shadow:inset 0 0 0 3px var(--ink)}
.hq{--hue:var(--q)}.hk{--hue:var(--k)}.hv{--hue:var(--v)}.ha{--hue:var(--a)}
.grid{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin:.4rem 0}.grid th{font-weight:400;text-align:left;padding:.25rem .75rem .25rem 0;white-space:nowrap}.grid thead th{color:var(--soft);font-size:.8125rem;border-bottom:1px solid var(--line);text-align:right;padding-left:.5rem}.grid td{text-align:right;padding:.25rem .75rem .25rem .5rem;border-bottom:1px solid var(--edge)}.grid tbody th{border-bottom:1px solid var(--edge)}.grid .no{color:var(--bad);font-weight:700}
`;

const FIGURES = `
.fig{--h:1.75rem;display:grid;justify-content:start;align-items:end;row-gap:1.5rem;margin:1.25rem 0 0;padding-bottom:.25rem}.ga{grid-area:a;display:grid;align-items:end;justify-content:start;grid-template-columns:auto auto}.gb{grid-area:b;display:flex;align-items:flex-end;flex-wrap:wrap;row-gap:1.5rem}.gc{grid-area:c;display:grid;align-items:end;justify-content:start;grid-template-columns:repeat(3,auto)}
.bk{grid-area:1/1/2/3;justify-self:end;margin-bottom:-1.05rem}.bq{grid-area:2/1}.bs{grid-area:2/2}.bq+.bs,.bk~.bs{padding-left:1rem}.bv{grid-area:1/1/2/4;justify-self:end;margin-bottom:.35rem}.ba{grid-area:2/1}.bd{grid-area:2/2}.bo{grid-area:2/3;padding-left:1rem}
.blk{display:flex;align-items:flex-end}
.arrow{flex:none;min-width:2.6rem;padding:0 .2rem;align-self:flex-end;text-align:center;color:var(--soft);font-size:.75rem;line-height:1.2;margin-bottom:calc(var(--rows,3)*var(--h)/2 + 3rem - .35rem)}.arrow math{font-size:.875rem}.arrow i{display:block;height:1px;margin:.2rem .3rem 0;background:var(--soft);position:relative}.arrow i::after{content:"";position:absolute;right:0;top:-2.5px;border:3px solid transparent;border-left:5px solid var(--soft);border-right:0}
.cap{height:3rem;padding-top:.1rem;font-size:.75rem;line-height:1.25;color:var(--soft);text-align:center;white-space:nowrap}.cap>span{display:block;height:1.8rem;line-height:1.95rem}.cap math{font-size:.9375rem;color:var(--ink)}.cap small{display:block;font-size:.75rem}
.top .cap{height:auto;padding:0 0 .15rem;display:flex;gap:.4rem;align-items:baseline;justify-content:flex-end}.top .cap>span,.top .cap small{display:inline;height:auto}
.prod{--h:1.75rem;display:grid;align-items:end;justify-content:start;grid-auto-flow:column;grid-template-rows:auto auto;grid-template-columns:repeat(${MOST_BESIDE + 1},auto) minmax(18rem,1fr);margin:1rem 0 0}.prod .blk:not(.left){padding-left:1.25rem}.prod .left{grid-row:2;grid-column:1}.prod .top{grid-row:1;justify-self:end}.prod .low{grid-row:2;justify-self:end}.prod .top+.low{margin-top:.45rem}.prod .add{margin-top:.3rem}${each(MOST_BESIDE + 1, 2, (n) => `.c${n}{grid-column:${n}}`)}.prod .say{grid-area:1/${MOST_BESIDE + 2}/3/${MOST_BESIDE + 3}}
.flow{--h:1.75rem;display:flex;flex-wrap:wrap;align-items:flex-end;gap:1.25rem 1.5rem;margin-top:1rem}.flow .arrow{margin-left:-1rem}
.strips{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1.5rem 3rem;margin-top:1rem}.strips .sub{margin:0}.strips .note{margin:0}
.strip{width:100%;height:auto;max-width:30rem;display:block;overflow:visible}.strip text{font:15px var(--sans);fill:var(--ink)}.strip .h{fill:var(--soft);font-size:12px}.strip .pc{fill:var(--soft);font-size:12px;visibility:hidden;font-variant-numeric:tabular-nums}.strip path{fill:none;stroke:var(--a);opacity:.72}.strip .key path{visibility:hidden}.strip:has(g:is(:hover,:focus)) path{opacity:.1}.strip g:is(:hover,:focus) path{opacity:.72;visibility:visible}.strip g:is(:hover,:focus) .pc{visibility:visible}.strip g:focus-visible{outline:none}.strip g:focus-visible text{text-decoration:underline}.strip g:is(:hover,:focus) .tok{font-weight:700}
`;

const PANEL = `
.say{grid-area:p}.say{width:0;min-width:100%;min-height:9.5rem;padding:0 .25rem 1.6rem 2.75rem;display:flex;flex-direction:column;justify-content:flex-end}.prod .say{padding:0 0 3rem 2.25rem}.flow .say{min-width:18rem;flex:1 1 18rem;padding:0 0 3rem .5rem}
.lines{display:flex;flex-wrap:wrap;align-items:baseline;gap:.35rem .3rem;padding:.1rem 0;min-height:2.9rem}.lines math{font-size:1.125rem}.lines .r{font-weight:700}.say [data-r]{cursor:pointer}
.levels{display:flex;flex-wrap:wrap;align-items:baseline;gap:.6rem .5rem;margin:.5rem 0 0;padding-bottom:.5rem;overflow-x:auto}.levels math{font-size:1.25rem}.levels .r{font-weight:700}
.hint{margin:0 0 .2rem;font-size:.8125rem;color:var(--soft)}.do{margin:.35rem 0 0;min-height:1.8rem;display:flex;gap:.4rem;flex-wrap:wrap}
.float:not(.dock){display:none}.say.dock{position:fixed;z-index:2;inset:auto 0 0 0;width:auto;min-width:0;min-height:0;padding:.7rem 1.5rem;background:var(--paper);border-top:2px solid var(--focus);max-height:60vh;overflow:auto}.dock .hint{display:none}
button,select{font:.8125rem/1 var(--sans);color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:4px;padding:.4rem .6rem;min-height:1.75rem;cursor:pointer}button:hover{border-color:var(--soft)}button[disabled]{color:var(--soft);border-style:dashed;cursor:default}
.scale{display:flex;align-items:center;gap:.4rem;font-size:.75rem;color:var(--soft);margin-top:1rem;flex-wrap:wrap}.scale ol{display:flex;list-style:none;margin:0;padding:0;border:1px solid var(--line)}.scale li{width:.75rem;height:.75rem}.scale .x{width:1.4rem;height:.85rem;margin-left:.8rem;border:1px solid var(--line);background:repeating-linear-gradient(135deg,transparent 0 3px,var(--soft) 3px 4px)}.key{margin-left:1rem;display:inline-flex;gap:.9rem}.key i{font-style:normal}.key i::before{content:"";display:inline-block;width:.7rem;height:.7rem;margin-right:.3rem;border:2px solid currentColor;vertical-align:-1px}
`;

const HEADS = `
.multi{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:1.25rem;margin:1rem 0 0;padding:0;list-style:none}.multi.named{grid-template-columns:repeat(auto-fill,minmax(14rem,1fr))}.multi button{display:block;width:100%;text-align:left;border:0;padding:0;background:none;font:inherit;line-height:1.35}.multi .pic{display:block}.multi img{display:block;width:100%;aspect-ratio:1;image-rendering:pixelated;filter:url(#tint)}.multi:not(.named) .pic{border:1px solid var(--line)}.multi .name{display:block;font-size:.875rem;font-weight:600;margin:.35rem 0 0}.multi .what{display:block;font-size:.8125rem;color:var(--soft)}.multi [aria-pressed=true] .pic,.multi button:hover .pic{border-color:var(--ink)}.multi [aria-pressed=true] .name,.multi button:hover .name{color:var(--q)}
#tint feFlood{flood-color:var(--a)}.hm{max-width:100%;height:auto;display:block;overflow:visible}.hm text{font:11px var(--sans);fill:var(--soft)}.hm .frame{fill:none;stroke:var(--line)}.multi [aria-pressed=true] .frame,.multi button:hover .frame{stroke:var(--ink)}
.heat{display:grid;grid-template-columns:minmax(0,auto) minmax(15rem,21rem);gap:1.5rem 2rem;align-items:start;justify-content:start;margin-top:1rem}.around{display:grid;grid-template:". . t ." 3.7rem ". a k b" auto "n q w o" auto ". c v ." auto/3.7rem auto auto auto;justify-content:start;overflow:auto;max-width:100%;padding:0 3px 3px 0;touch-action:pan-y;cursor:crosshair}.around img{max-width:none;image-rendering:pixelated;width:calc(var(--cols)*var(--cell));height:calc(var(--rows)*var(--cell))}.around img{filter:url(#signs)}.around .aw{grid-area:w;filter:url(#tint)}.around :is(.aq,.ao){width:calc(var(--wide)*var(--part))}.around :is(.ak,.av){height:calc(var(--wide)*var(--part))}.aq{grid-area:q;margin-right:.5rem}.ak{grid-area:k;margin-bottom:.5rem}.av{grid-area:v;margin-top:.5rem}.ao{grid-area:o;margin-left:.5rem}.around span{font-size:.8125rem}.lq,.lk,.lv,.lo{font-style:italic}.lq{grid-area:a;align-self:end}.lk{grid-area:a;place-self:center end;padding-right:.9rem}.lv{grid-area:c;place-self:center end;padding-right:.9rem}.lo{grid-area:b;align-self:end;margin-left:.5rem}.an{grid-area:n}.at{grid-area:t;display:flex;align-items:flex-end}.around :is(.an,.at) span{display:block;white-space:nowrap;overflow:hidden;color:var(--soft);font-size:min(.6875rem,max(.5rem,var(--cell)))}.around :is(.an,.at) .on{color:var(--ink);font-weight:700}.an span{height:var(--cell);line-height:var(--cell);text-align:right;padding-right:.3rem}.at span{width:var(--cell);line-height:var(--cell);max-height:3.5rem;writing-mode:vertical-rl;transform:rotate(180deg);padding-top:.25rem}.at.short span{writing-mode:initial;transform:none;text-align:center}.around i{outline:1.5px solid var(--focus);pointer-events:none}.around .row{grid-area:3/2/4/5;height:var(--cell);transform:translateY(calc(var(--row)*var(--cell)))}.around .col{grid-area:2/3/5/4;width:var(--cell);transform:translateX(calc(var(--col)*var(--cell)))}.heat h3{margin:0 0 .4rem}
.bars{font-size:.8125rem;width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums;table-layout:fixed}.bars th{font-weight:400;text-align:right;padding:.15rem .5rem .15rem 0;width:6rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.bars th.on{font-weight:700}.bars td{padding:.15rem 0}.bars td:last-child{text-align:right;width:4rem}.bars .bar{display:block;height:.75rem;background:var(--a)}.bars svg{display:block;width:100%;height:.75rem}.bars rect{fill:var(--a)}.flush{margin-top:0}.halves{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 3rem;align-items:start}.halves .multi.named{grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}.whole{white-space:nowrap}
.prompt{display:flex;flex-wrap:wrap;gap:.3rem;margin:1rem 0 0;padding:0;list-style:none;font-size:.9375rem}.prompt li{border:1px solid var(--line);border-radius:4px;padding:.1rem .5rem .15rem;text-align:center;min-width:2.1rem}.prompt small{display:block;font-size:.6875rem;color:var(--soft);line-height:1.1}.prompt .last{border-color:var(--ink)}.prompt .next{border-style:dashed;border-color:var(--a);color:var(--a);font-weight:700}
.chain{list-style:none;margin:1rem 0 0;padding:0;font-size:.875rem;line-height:1.25;max-width:48rem}.chain li{display:grid;grid-template-columns:1.4rem minmax(6.5rem,14rem) minmax(0,1fr);gap:0 .75rem;align-items:center;height:3.3rem;position:relative}.chain li::before{content:"";position:absolute;left:.66rem;top:-50%;height:100%;border-left:2px solid var(--line)}.chain .start::before{display:none}.chain small{display:block;color:var(--soft);font-size:.75rem}.chain .dot{position:relative;z-index:1;justify-self:center;width:.5rem;height:.5rem;border-radius:50%;background:var(--soft)}.chain .add .dot{width:1.1rem;height:1.1rem;background:var(--paper);border:1.5px solid var(--soft);text-align:center;line-height:.95rem;font-weight:600}.chain svg{display:block;width:100%;height:3.2rem}.plus{fill:var(--q)}.minus{fill:var(--k)}.chain path{stroke:var(--line);fill:none;vector-effect:non-scaling-stroke}
@media(max-width:1000px){.heat,.halves{grid-template-columns:minmax(0,1fr)}}@media(max-width:599px){.multi{grid-template-columns:repeat(3,1fr);gap:1rem .75rem}.multi.named{grid-template-columns:repeat(2,1fr)}.multi .what{font-size:.75rem}}
`;

const SHEETS = `
.ok{color:var(--good)}.no{color:var(--bad)}.near{color:var(--near)}.then{color:var(--then)}.none{color:var(--soft)}
.steps{display:flex;flex-wrap:wrap;list-style:none;padding:0;margin:1.25rem 0 0;border:1px solid var(--line);border-radius:6px;overflow:hidden}.steps li{flex:1 1 8.5rem;padding:.65rem .9rem;border-right:1px solid var(--line);margin-right:-1px;box-shadow:inset 0 3px 0 var(--tone,transparent)}.steps b{font-weight:600;display:block;font-size:.9375rem}.steps li>span{font-size:.8125rem;color:var(--soft)}.tok,.tnear{--tone:var(--good)}.tno{--tone:var(--bad)}.tthen{--tone:var(--then)}
.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(18rem,25rem);gap:0 3rem;align-items:start}
.card{display:grid;grid-template-columns:2.2rem minmax(0,1fr);gap:0 .75rem;padding:1.25rem 0;border-top:1px solid var(--line);margin-top:.4rem}.card>.num{font-size:1.5rem;line-height:1.2;color:var(--bad);font-weight:650}.card h3{font-size:1.0625rem;line-height:1.35;margin:0 0 .6rem}.facts{grid-template-columns:6.5rem minmax(0,1fr);gap:.45rem 1rem;margin:0;font-size:.9375rem}.facts dt{font-size:.8125rem;padding-top:.1rem}.facts dd{max-width:42em;overflow-wrap:anywhere}.eq{display:inline-flex;padding:.15rem 0;flex-wrap:wrap;align-items:baseline;gap:.2rem .3rem;margin-right:1.25rem}
.sheet{margin:.75rem 0 0;padding:.6rem 1rem;background:var(--wash);border:1px solid var(--line);border-radius:6px;overflow-x:auto}.typed{display:grid;grid-template-columns:2.2rem minmax(0,1fr);align-items:start;padding:.35rem 0}.typed small{grid-column:1/-1;color:var(--soft)}.typed pre{margin:0;white-space:pre;line-height:1.9;overflow-wrap:normal}.typed .no{font-weight:700;text-decoration:underline wavy 1px;text-underline-offset:3px}.typed i{font-style:normal;font-size:.6875rem;vertical-align:.25em;user-select:none;display:inline-block;width:1.1em;text-align:center}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.8125rem;color:var(--soft);margin:.6rem 0 0}.legend b{font-weight:700}
.side{display:grid;grid-template-columns:minmax(0,1fr) 18rem;gap:0 2.5rem;align-items:start;margin-top:1rem}.filters{display:flex;flex-wrap:wrap;gap:.4rem;margin:0 0 .4rem;padding:0;border:0}.filters label{font:.8125rem/1 var(--sans);border:1px solid var(--line);border-radius:4px;padding:.45rem .6rem;cursor:pointer}.filters label:hover{border-color:var(--soft)}.filters input{position:absolute;opacity:0}.filters label:has(:checked){background:var(--ink);color:var(--paper);border-color:var(--ink)}.filters label:has(:focus-visible){outline:2.5px solid var(--focus);outline-offset:2px}.side:has([value=wrong]:checked) tbody tr:not([data-why~=wrong]),.side:has([value=look]:checked) tbody tr:not([data-why~=look]){display:none}.class{width:100%}.class td{text-align:center}.class thead th{text-align:center}.class :is(.remark,thead th:first-child){text-align:left;padding-left:.5rem}.class .no{background:color-mix(in srgb,var(--bad) 9%,var(--paper))}.class tfoot :is(td,th){border-top:1px solid var(--ink);border-bottom:0;color:var(--soft);font-size:.8125rem}.class tbody tr:hover{background:var(--wash)}
.tally{list-style:none;margin:.5rem 0 0;padding:0}.tally li{padding:.6rem 0;border-top:1px solid var(--edge)}.tally b{font-weight:600}.tally .n{float:right;margin-left:.75rem;color:var(--soft)}.tally small{display:block;color:var(--soft);font-size:.8125rem;line-height:1.45}
@media(max-width:1000px){.two,.side{grid-template-columns:minmax(0,1fr)}}@media(max-width:599px){.facts{grid-template-columns:1fr;gap:.1rem}.facts dd{margin-bottom:.5rem}}
@media print{.two{grid-template-columns:minmax(0,1fr) 20rem;gap:0 1.5rem}.card{padding:.6rem 0}}
`;

/**
 * Folded parts of a handed-back sheet are printed only if the reader has opened them. A small sheet then fits one page.
 */
const PRINTED_SHEETS = `
@media print{.two~.fold details:not([open])::details-content{content-visibility:hidden;block-size:0}}
`;

/** The strength of an error: the larger it is, the stronger the red. */
const DUMPS = `
.off{border-collapse:collapse;font-size:.8125rem;font-variant-numeric:tabular-nums;margin:.6rem 0}.off th{font-weight:400;color:var(--soft);font-size:.75rem;padding:.1rem .4rem;white-space:nowrap;text-align:right}.off thead th{text-align:center}.off td{min-width:1.9rem;height:1.6rem;text-align:center;border:1px solid var(--edge)}.off .e0{color:var(--soft)}
${each(10, 1, (n) => `.e${n}{background:color-mix(in srgb,var(--bad) ${4 * n}%,var(--paper))}`)}
.beside>div{max-width:100%;min-width:0}.used{display:block;margin:.6rem 0 0;overflow:visible}.used text{font:12px var(--sans);fill:var(--soft)}.used .want{fill:none;stroke:var(--soft)}.used .made{fill:var(--a)}p .want{border:1px solid var(--soft);padding:0 .2rem}
`;

const EXERCISES = `
.exercise h1{margin-top:1.5rem}.exercise+.exercise{border-top:1px solid var(--line);margin-top:3rem}.name input{font:inherit;color:inherit;background:none;border:0;border-bottom:1px solid var(--soft);width:22rem;max-width:100%}
.fill caption{text-align:left;color:var(--soft);font-size:.875rem;white-space:nowrap;padding-bottom:.2rem}.fill td{border:1px solid var(--line);padding:.25rem .5rem;position:relative}.fill thead td{border:0}.fill tbody th{border:0}.fill td:has(input){padding:0}.fill input{width:5.2rem;height:2.25rem;padding:0 1.2rem 0 .3rem;text-align:right;font:.9375rem var(--mono);color:var(--ink);background:none;border:0}.fill [data-mark="✓"]{background:color-mix(in srgb,var(--good) 12%,var(--paper))}.fill [data-mark="✗"]{background:color-mix(in srgb,var(--bad) 12%,var(--paper))}.fill [data-mark]::after{content:attr(data-mark);position:absolute;right:.25rem;top:.45rem;font-weight:700;font-size:.8125rem;pointer-events:none}
.hints,.hints:last-of-type{border:0;padding:.2rem 0}.hints .hints{margin-left:0}
@media print{.exercise{break-after:page}.exercise+.exercise{border:0;margin:0}.hints{display:none}.fill td{height:9mm;min-width:14mm}.fill [data-mark]{background:none!important}.fill [data-mark]::after{content:none}.name input{border-bottom:1px solid #000}}
`;

const FIELDS = `
.fields{margin:0 0 1.5rem;padding:.9rem 1rem 1rem;background:var(--wash);border:1px solid var(--line);border-radius:6px}.fields h2{margin:0 0 .6rem;font-size:1rem}.matrices{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem}.controls{display:flex;flex-wrap:wrap;gap:.6rem 1.25rem;margin-top:.75rem;align-items:center}
.fields label{display:grid;gap:.2rem;font-size:.8125rem;color:var(--soft)}.controls label{display:flex;gap:.4rem;align-items:center}.fields :is(textarea,input:not([type=checkbox])){font:.8125rem/1.5 var(--mono);color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:4px;padding:.3rem .45rem}.fields textarea{min-width:9rem;resize:both;white-space:pre}.fields .short{width:6.5rem}.problem{color:var(--bad);margin:.6rem 0 0;min-height:1.5em}.busy{opacity:.55}
@media print{.fields{display:none}}
`;

const FOLDS = `
details{border-top:1px solid var(--line);padding:.6rem 0;max-width:100%}details:last-of-type{border-bottom:1px solid var(--line)}summary{cursor:pointer;font-weight:600;font-size:.9375rem}summary .note{font-weight:400}summary:hover{color:var(--q)}.fold{margin-top:2.5rem}
dl{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.3rem 1rem;margin:.7rem 0;font-size:.875rem}dt{color:var(--soft)}dd{margin:0}
.rows{columns:24rem;column-gap:3rem}.rows p{margin:.3rem 0;max-width:none;break-inside:avoid}.rows .sub{break-after:avoid;margin:1rem 0 .2rem}.rows math{margin-right:.3rem}
ul{margin:.4rem 0;padding-left:1.2rem}.beside{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:flex-start}.beside .m caption,.pictures figcaption{font-size:.8125rem}figure{margin:.6rem 0}figure img{min-width:10rem;max-width:100%;image-rendering:pixelated}svg{max-width:100%;height:auto}
`;

/** Steps side by side, on a page that shows nothing else. */
const LISTED = `
.listed{display:flex;flex-wrap:wrap;gap:0 3rem;align-items:flex-start}.listed section{min-width:0;max-width:100%}.formula math{font-size:.9375rem}
`;

const NARROW = `
@media(min-width:1264px){.big{--h:2.1rem}.big .m{font-size:.9375rem}.big .m th{font-size:.8125rem}.big .m td{width:calc(var(--w)*1.16)}.big .m thead th{max-width:calc(var(--w)*1.16)}.big .m .sum{width:calc(var(--s)*1.16)}.big .arrow{min-width:3rem}}
@media(max-width:1000px){.hero{grid-template-columns:minmax(0,1fr);gap:.75rem}.prod{grid-template-columns:repeat(${MOST_BESIDE + 1},auto)}.prod .say{grid-area:3/1/4/${MOST_BESIDE + 2};padding:.5rem 0 0;min-height:6.5rem;justify-content:flex-start}}
@media(max-width:599px){body{padding:1.1rem 1rem 5rem}h1{font-size:1.3125rem}h2{margin-top:2rem}dl{grid-template-columns:1fr;gap:.1rem}.scroll{margin-right:-1rem;padding-right:1rem}
.fig{grid-template:"p" "a" "b" "c"/minmax(0,auto);row-gap:.5rem}.fig .say{padding:0 0 .5rem;min-height:6.5rem}.fig .gb{flex-direction:column;align-items:flex-start;row-gap:0}.gb .blk,.gc .ba,.gc .bd{flex-direction:column;align-items:flex-start}.fig .gc{row-gap:.4rem}
.fig .arrow{min-width:0;margin:.9rem 0 .1rem 3.5rem;padding:0;align-self:flex-start;display:flex;gap:.35rem;align-items:center}.fig .arrow i{width:1px;height:1rem;margin:0}.fig .arrow i::after{right:-2.5px;top:auto;bottom:0;border:3px solid transparent;border-top:5px solid var(--soft);border-bottom:0}
}
@media(prefers-reduced-motion:no-preference){.strip path{transition:opacity .12s}}
@media print{body{max-width:none;padding:0;font-size:11pt}button,.hint,.do{display:none!important}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}.fig,.card,figure,.m{break-inside:avoid}details::details-content{content-visibility:visible;block-size:auto}.at,.lit{box-shadow:none!important}.scroll{overflow:visible}}
`;

/**
 * Returns the style of a page with this body, or of a page whose body changes. With a fixed theme it ignores the
 * reader's preference.
 */
export function styleOf(body: string, theme: Theme | "auto" = "auto", changes = false): string {
  const rules = (one: Theme) => `:root{${COLOURS[one]}}${shades(one)}`;
  const colours =
    theme === "auto"
      ? `:root{color-scheme:light dark}${rules("light")}@media screen and (prefers-color-scheme:dark){${rules("dark")}}`
      : `:root{color-scheme:${theme}}${rules(theme)}`;
  const has = (...names: readonly string[]) =>
    changes || names.some((name) => body.includes(`class="${name}`));
  const figures = has("fig ", "prod ", "flow", "hero", "strips") ? [FIGURES, layoutRules()] : [];
  const heads = has("multi", "prompt") ? [HEADS] : [];
  const sheets = has("steps", "legend") ? [SHEETS] : [];
  const dumps = has("off", "used") ? [DUMPS] : [];
  return present([
    colours,
    changes ? ALL_MEASURES : measuresOf(body),
    BASE,
    TABLES,
    PANEL,
    ...figures,
    ...heads,
    ...sheets,
    ...dumps,
    has("exercise") && EXERCISES,
    has("listed") && LISTED,
    changes && FIELDS,
    FOLDS,
    NARROW,
    sheets.length > 0 && PRINTED_SHEETS,
  ]).join("\n");
}
