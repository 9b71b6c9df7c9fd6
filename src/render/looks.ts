import { upTo } from "../math/lists.js";
import { type Matrix, rowOf } from "../math/matrix.js";
import { extremesOf } from "../math/rows.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";
import { type Block, paragraph } from "./document.js";
import { nameAlong } from "./label.js";

/** Up to this number of rows, each row is described. */
const MOST_DESCRIBED = 4;

/**
 * Describes in a sentence where the rows of a run's weights are largest. Returns nothing if the run has no such
 * weights, or several.
 */
export function describeLooks(trace: Trace): Block[] {
  const looks = looksOfRun(trace);
  if (looks.length === 0) return [];
  if (looks.length <= MOST_DESCRIBED) {
    const parts = looks.map(({ query, at, share }, index) =>
      index === 0 ? `${query} looks most at ${at} (${share})` : `${query} at ${at} (${share})`,
    );
    return [paragraph(`${parts.join(", ")}.`)];
  }
  const most = looks.reduce((best, one) => (one.weight > best.weight ? one : best));
  const least = looks.reduce((best, one) => (one.weight < best.weight ? one : best));
  return [
    paragraph(
      `Of ${looks.length} queries ${most.query} is the surest, with ${most.share} on ${most.at}; ${least.query} spreads its weight most, with ${least.share} on ${least.at}.`,
    ),
  ];
}

/** Where a query has its largest weight. */
interface Look {
  readonly query: string;
  /** The key, or the keys that share the largest weight. */
  readonly at: string;
  readonly weight: number;
  /** "50 % each". */
  readonly share: string;
}

/** Returns where each row of a run's weights is largest. Returns nothing if the run has no such weights, or several. */
export function looksOfRun(trace: Trace): readonly Look[] {
  const { weights: key } = trace.results;
  const weights = typeof key === "string" ? findStep(trace, key) : undefined;
  if (weights?.view !== "distribution" || !weights.isKept || weights.shape.cols < 2) return [];
  return looksOf(weights, weights.output());
}

/** Returns the strongest keys of every row that may attend to some key. */
function looksOf({ axes }: Step, weights: Matrix) {
  const nameOf = (key: number) => nameAlong(axes[1], key);
  return upTo(weights.rows).flatMap((row): Look[] => {
    const shares = rowOf(weights, row);
    const [, weight] = extremesOf(shares);
    if (!(weight > 0)) return [];
    const alike = alikeIn(shares, weight);
    const at = alike.length > 2 ? `${alike.length} keys equally` : alike.map(nameOf).join(" and ");
    const query = nameAlong(axes[0], row);
    return [{ query, at, weight, share: `${Math.round(100 * weight)} %${alike.length > 1 ? " each" : ""}` }];
  });
}

/** The tolerance within which weights count as equal, for rounding errors. */
const NOISE = 1e-12;

/**
 * For a step that says where each row of weights is largest: returns the keys that share the largest weight of a row.
 * Returns undefined for any other step, and if the weights are not kept.
 */
export function tiedKeys(
  trace: Trace,
  { valuesOn, of, inputs, output }: Step,
): ((row: number) => readonly number[]) | undefined {
  const weights = valuesOn && of !== undefined && inputs[0] === of ? findStep(trace, of) : undefined;
  if (weights?.view !== "distribution" || !weights.isKept) return undefined;
  const [matrix, strongest] = [weights.output(), output()];
  return (row) => {
    const shares = rowOf(matrix, row);
    return alikeIn(shares, shares[strongest.data[row]]);
  };
}

/** Returns the positions whose share equals the largest. */
function alikeIn(shares: ArrayLike<number>, most: number) {
  return Array.from(shares, (_, key) => key).filter((key) => Math.abs(shares[key] - most) <= NOISE);
}
