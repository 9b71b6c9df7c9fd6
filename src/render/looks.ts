import { type Matrix, rowOf } from "../math/matrix.js";
import { extremesOf } from "../math/rows.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";
import { type Block, paragraph } from "./document.js";
import { labelsOf } from "./label.js";
import { alikeIn } from "./tied-keys.js";

/** Up to so many rows are told one by one. */
const MOST_TOLD = 4;

/** Where the rows of a run's weights look, in a sentence; nothing where a run has no such weights, or several. */
export function describeLooks(trace: Trace): Block[] {
  const { weights: key } = trace.results;
  const weights = typeof key === "string" ? findStep(trace, key) : undefined;
  if (weights?.view !== "distribution" || !weights.isKept || weights.shape.cols < 2) return [];
  const looks = looksOf(weights, weights.output());
  const [first] = looks;
  if (!first) return [];
  const queries = labelsOf(weights.axes[0]);
  const nameOf = (row: number) => (queries.kind === "index" ? `query ${row}` : queries.at(row));
  if (looks.length <= MOST_TOLD) {
    const told = looks.map(({ row, at, share }, index) =>
      index === 0 ? `${nameOf(row)} looks most at ${at} (${share})` : `${nameOf(row)} at ${at} (${share})`,
    );
    return [paragraph(`${told.join(", ")}.`)];
  }
  const most = looks.reduce((best, one) => (one.weight > best.weight ? one : best));
  const least = looks.reduce((best, one) => (one.weight < best.weight ? one : best));
  return [
    paragraph(
      `Of ${looks.length} queries ${nameOf(most.row)} is the surest, with ${most.share} on ${most.at}; ${nameOf(least.row)} spreads its weight most, with ${least.share} on ${least.at}.`,
    ),
  ];
}

interface Look {
  readonly row: number;
  readonly at: string;
  readonly weight: number;
  readonly share: string;
}

/** The strongest keys of every row that may attend to something. */
function looksOf({ axes }: Step, weights: Matrix): readonly Look[] {
  const keys = labelsOf(axes[1]);
  const nameOf = (key: number) => (keys.kind === "index" ? `key ${key}` : keys.at(key));
  return Array.from({ length: weights.rows }, (_, row) => row).flatMap((row): Look[] => {
    const shares = rowOf(weights, row);
    const [, weight] = extremesOf(shares);
    if (!(weight > 0)) return [];
    const alike = alikeIn(shares, weight);
    const at = alike.length > 2 ? `${alike.length} keys alike` : alike.map(nameOf).join(" and ");
    return [{ row, at, weight, share: `${Math.round(100 * weight)} %${alike.length > 1 ? " each" : ""}` }];
  });
}
