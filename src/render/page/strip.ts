import { sumOver, upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import type { Step } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { namesOn, truncate } from "../label.js";
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
  readonly markup: string;
}

/**
 * Draws who looks at whom. A query is a bar of height 1 that its weights share. A key is as high as the sum of the
 * weights it receives. Each token has its own lines and shares, which the style of the page shows alone when a reader
 * points at it.
 */
export function writeStrip(
  { axes }: Pick<Step, "axes">,
  weights: Matrix,
  label: string,
  format: FormatNumber,
): string {
  const [queries, keys] = [namesOn(axes[0], weights.rows), namesOn(axes[1], weights.cols)];
  const count = Math.max(weights.rows, weights.cols);
  const step = count > 8 ? 26 : 46;
  const yOf = (place: number) => TOP + (place + 0.5) * step;
  const received = keys.map((_, key) =>
    sumOver(upTo(weights.rows), (query) => weightAt(weights, query, key)),
  );
  const unit = Math.min(step * 0.62, (step * 0.86) / Math.max(1, ...received));
  const lines = linesOf(weights, unit, yOf, received, (query, key) =>
    escapeMarkup(`${queries[query]} → ${keys[key]}: ${format(weightAt(weights, query, key))}`),
  );
  const side = (of: "query" | "key", own: readonly string[], others: readonly string[]) => {
    const [x, left, width, anchor, end] =
      of === "query" ? [FROM - 10, 0, FROM, "end", WIDTH - 4] : [TO + 10, TO, WIDTH - TO, "start", 0];
    return own.map((name, at) => {
      const shares = others.map((_, other) => {
        const share = of === "query" ? weightAt(weights, at, other) : weightAt(weights, other, at);
        return `${Math.round(100 * share)} %`;
      });
      const verb = of === "query" ? "looks at" : "is looked at by";
      const about = `${name} ${verb} ${others.map((other, place) => `${other} ${shares[place]}`).join(", ")}`;
      const texts = shares.map((share, place) => {
        return `<text class="pc" x="${end}" y="${yOf(place)}" dy=".34em"${of === "query" ? ' text-anchor="end"' : ""}>${share}</text>`;
      });
      const mine = lines.filter((line) => line[of] === at).map(({ markup }) => markup);
      const y = yOf(at);
      return `<g class="${of}" tabindex="0" role="img" aria-label="${escapeMarkup(about)}">${mine.join("")}<rect x="${left}" y="${y - step / 2}" width="${width}" height="${step}" fill="transparent"/><text class="tok" x="${x}" y="${y}" dy=".34em" text-anchor="${anchor}">${escapeMarkup(truncate(name, LONGEST_NAME, "…"))}</text>${texts.join("")}</g>`;
    });
  };
  const groups = [...side("query", queries, keys), ...side("key", keys, queries)];
  return `<svg class="strip" viewBox="0 0 ${WIDTH} ${TOP + count * step}" role="group" aria-label="${escapeMarkup(label)}"><text class="h" x="${FROM - 10}" y="12" text-anchor="end">${escapeMarkup(axes[0].name)}</text><text class="h" x="${TO + 10}" y="12">${escapeMarkup(axes[1].name)}</text>${groups.join("")}</svg>`;
}

const weightAt = ({ cols, data }: Matrix, query: number, key: number) =>
  Math.max(0, data[query * cols + key] || 0);

export const tenth = (value: number) => String(Math.round(10 * value) / 10);

const LONGEST_NAME = 12;

function linesOf(
  weights: Matrix,
  unit: number,
  yOf: (place: number) => number,
  received: readonly number[],
  titleOf: (query: number, key: number) => string,
) {
  const arrives = received.map((sum, key) => yOf(key) - (sum * unit) / 2);
  return upTo(weights.rows).flatMap((query) => {
    let leaves = yOf(query) - unit / 2;
    return arrives.flatMap((arrival, key): Line[] => {
      const weight = weightAt(weights, query, key);
      const wide = weight * unit;
      const [from, to] = [tenth(leaves + wide / 2), tenth(arrival + wide / 2)];
      leaves += wide;
      arrives[key] += wide;
      if (weight <= THINNEST) return [];
      const path = `M${FROM} ${from}C${FROM + BEND} ${from} ${TO - BEND} ${to} ${TO} ${to}`;
      const markup = `<path d="${path}" stroke-width="${tenth(Math.max(0.6, wide))}"><title>${titleOf(query, key)}</title></path>`;
      return [{ query, key, markup }];
    });
  });
}
