import { sumOver, tabulate, upTo } from "../../math/lists.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
import type { Step } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { labelsOf, truncate } from "../label.js";
import type { FormatNumber } from "../number.js";

/** With more queries or keys, the lines would be too dense. */
export const MOST_IN_STRIP = 12;

/** WIDTH: the width of the picture. FROM and TO: where its lines begin and end. */
const WIDTH = 480;
const FROM = 96;
const TO = 344;
const TOP = 26;
/** Makes lines leave and arrive horizontally. */
const BEND = 110;
/** Lines of smaller weights would be too thin, and are left out. */
const THINNEST = 0.002;

interface Line {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
  readonly path: string;
}

/**
 * Draws who looks at whom. A query is a bar of height 1 that its weights share. A key is as high as the sum of the
 * weights it receives.
 */
export function writeStrip(
  { axes }: Pick<Step, "axes">,
  weights: Matrix,
  label: string,
  format: FormatNumber,
): string {
  const [queries, keys] = axes.map(labelsOf);
  const count = Math.max(weights.rows, weights.cols);
  const step = count > 8 ? 26 : 46;
  const yOf = (place: number) => TOP + (place + 0.5) * step;
  const weightAt = (query: number, key: number) => Math.max(0, weights.data[query * weights.cols + key] || 0);
  const received = tabulate(weights.cols, (key) =>
    sumOver(upTo(weights.rows), (query) => weightAt(query, key)),
  );
  const unit = Math.min(step * 0.62, (step * 0.86) / Math.max(1, ...received));
  const lines = linesOf(weights, unit, yOf, received).toSorted((a, b) => b.weight - a.weight);
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const shareText = (query: number, key: number) => percent(weightAt(query, key));
  const side = (of: "query" | "key") => {
    const [own, other] = of === "query" ? [queries, keys] : [keys, queries];
    const [many, others] = of === "query" ? [weights.rows, weights.cols] : [weights.cols, weights.rows];
    const [x, left, width, anchor] =
      of === "query" ? [FROM - 10, 0, FROM, "end"] : [TO + 10, TO, WIDTH - TO, "start"];
    const shareOf = (place: number, at: number) =>
      of === "query" ? shareText(place, at) : shareText(at, place);
    return tabulate(many, (place) => {
      const list = tabulate(others, (at) => `${other.at(at)} ${shareOf(place, at)}`).join(", ");
      const verb = of === "query" ? "looks at" : "is looked at by";
      const name = escapeMarkup(`${own.at(place)} ${verb} ${list}`);
      return `<g data-side="${of}" data-at="${place}" role="img" aria-label="${name}"><rect x="${left}" y="${yOf(place) - step / 2}" width="${width}" height="${step}" fill="transparent"/><text class="tok" x="${x}" y="${yOf(place)}" dy=".34em" text-anchor="${anchor}">${escapeMarkup(short(own.at(place)))}</text></g>`;
    }).join("");
  };
  const shares = tabulate(weights.rows, (query) =>
    tabulate(weights.cols, (key) =>
      [
        `<text class="pc" data-query="${query}" x="${WIDTH - 4}" y="${yOf(key)}" dy=".34em" text-anchor="end">${shareText(query, key)}</text>`,
        `<text class="pc" data-key="${key}" x="0" y="${yOf(query)}" dy=".34em">${shareText(query, key)}</text>`,
      ].join(""),
    ).join(""),
  ).join("");
  const drawn = lines.map(({ query, key, weight, path }) => {
    const title = escapeMarkup(`${queries.at(query)} → ${keys.at(key)}: ${format(weight)}`);
    return `<path data-query="${query}" data-key="${key}" d="${path}" stroke-width="${tenth(Math.max(0.6, unit * weight))}"><title>${title}</title></path>`;
  });
  return `<svg class="strip" viewBox="0 0 ${WIDTH} ${TOP + count * step}" role="group" aria-label="${escapeMarkup(label)}"><text class="h" x="${FROM - 10}" y="12" text-anchor="end">${escapeMarkup(axes[0].name)}</text><text class="h" x="${TO + 10}" y="12">${escapeMarkup(axes[1].name)}</text>${drawn.join("")}${side("query")}${side("key")}${shares}</svg>`;
}

const tenth = (value: number) => String(Math.round(10 * value) / 10);

const LONGEST_NAME = 12;
const short = (name: string) => truncate(name, LONGEST_NAME, "…");

function linesOf(
  weights: Matrix,
  unit: number,
  yOf: (place: number) => number,
  received: readonly number[],
): Line[] {
  const arrives = received.map((sum, key) => yOf(key) - (sum * unit) / 2);
  return upTo(weights.rows).flatMap((query) => {
    let leaves = yOf(query) - unit / 2;
    return Array.from(rowOf(weights, query), (value, key): Line => {
      const weight = Math.max(0, value || 0);
      const [from, to] = [leaves + (weight * unit) / 2, arrives[key] + (weight * unit) / 2];
      leaves += weight * unit;
      arrives[key] += weight * unit;
      const path = `M${FROM} ${tenth(from)}C${FROM + BEND} ${tenth(from)} ${TO - BEND} ${tenth(to)} ${TO} ${tenth(to)}`;
      return { query, key, weight, path };
    }).filter(({ weight }) => weight > THINNEST);
  });
}
