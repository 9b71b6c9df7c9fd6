import { greatest, present } from "../../math/lists.js";
import { rowOf } from "../../math/matrix.js";
import { findStep, type Step, scopeText, type Trace } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { tenth } from "./strip.js";
import type { PageRun } from "./table.js";

/** The maximum number of columns (bars) and of parts (lines). */
const MOST_COLUMNS = 64;
const MOST_STATIONS = 40;

interface Station {
  readonly key: string;
  readonly name: string;
  readonly what: string;
  /** Whether it is the stream itself, or what is added to it. */
  readonly kind: "stream" | "add";
}

/** Draws the residual stream of the last token: what each part of each layer adds to it. Empty for runs without one. */
export function writeStream({ trace, cells }: PageRun, token: string): string {
  const stations = stationsOf(trace);
  const [first] = stations;
  if (!first || stations.length > MOST_STATIONS || cells.matrix(first.key).cols > MOST_COLUMNS) return "";
  const last = cells.matrix(first.key).rows - 1;
  const rows = stations.map(({ key }) => rowOf(cells.matrix(key), last));
  const peak = greatest(rows.flatMap((row) => Array.from(row, Math.abs))) || 1;
  const items = stations.map(({ name, what, kind, key }, at) => {
    const about = what === "" ? "" : `<small>${escapeMarkup(what)}</small>`;
    return `<li class="${kind}${at === 0 ? " start" : ""}"><span class="dot" aria-hidden="true">${kind === "add" ? "+" : ""}</span><span>${escapeMarkup(name)}${about}</span>${writeBars(rows[at], peak, (value) => cells.format(key)(value))}</li>`;
  });
  return `<h2>The residual stream of the last token</h2><p class="note">Each part reads the stream and adds to it. Bars are the ${rows[0].length} numbers of <b>${escapeMarkup(token)}</b>, <span class="q">positive</span> up and <span class="k">negative</span> down, all on one scale.</p><ol class="chain">${items.join("")}</ol>`;
}

function stationsOf(trace: Trace): readonly Station[] {
  const sums = trace.steps.filter(({ role, inputs }) => role === "residual" && inputs.length === 2);
  if (sums.length === 0) return [];
  const start = sums[0].inputs[0];
  const norm = trace.steps.findLast(
    ({ role, scope }) => role === "final-norm" || (role === "norm" && scope.length === 0),
  );
  const added = (step: Step): readonly Station[] => {
    const part = findStep(trace, step.inputs[1]);
    if (!part) return [];
    const scope = scopeText(step.scope);
    const where = scope === "" ? "" : `${scope}: `;
    return [
      { key: part.key, name: `${where}${part.title.toLowerCase()}`, what: part.formula, kind: "add" },
      { key: step.key, name: "stream", what: "", kind: "stream" },
    ];
  };
  return present([
    { key: start, name: findStep(trace, start)?.title ?? start, what: "", kind: "stream" },
    ...sums.flatMap(added),
    norm &&
      norm.inputs[0] === sums.at(-1)?.key &&
      ({ key: norm.key, name: norm.title, what: "", kind: "stream" } as const),
  ]);
}

const BAR = { step: 12, width: 9, height: 25 } as const;

function writeBars(values: Float64Array, peak: number, format: (value: number) => string): string {
  const { step, width, height } = BAR;
  const bars = Array.from(values, (value, at) => {
    const tall = Math.max(0.6, (Math.abs(value) / peak) * height);
    const top = value < 0 ? height + 1 : height + 1 - tall;
    return `<rect class="${value < 0 ? "minus" : "plus"}" x="${at * step + 1}" y="${tenth(top)}" width="${width}" height="${tenth(tall)}"><title>${at}: ${format(value)}</title></rect>`;
  });
  const wide = values.length * step;
  return `<svg viewBox="0 0 ${wide} ${2 * height + 2}" preserveAspectRatio="none" aria-hidden="true">${bars.join("")}<path d="M0 ${height + 1}H${wide}"/></svg>`;
}
