import type { Matrix } from "../../math/matrix.js";
import { columnSums } from "../../math/rows.js";

/** The tables that the summary is computed from. */
export type Tables = Readonly<Record<"entropies" | "largest" | "norms" | "ranks" | "variation", Matrix>>;

/** A scoring that the summary may be about. */
interface Compared {
  readonly name: string;
  /** Whether any of its parameters is drawn. */
  readonly isDrawn: boolean;
}

/** The sentences of the summary, and the names of the scorings they are about, the most important first. */
export interface Summary {
  readonly sentences: readonly string[];
  readonly about: readonly string[];
}

/**
 * Writes a summary that follows only from the numbers. Drawn parameters could give another result with another seed. So
 * scorings with drawn parameters are ignored if there are two without.
 */
export function summarise(all: readonly Compared[], tables: Tables): Summary {
  const settled = all.filter(({ isDrawn }) => !isDrawn);
  const drawn = all.filter(({ isDrawn }) => isDrawn).map(({ name }) => name);
  const isSettled = settled.length > 1;
  const compared = isSettled ? settled : all;
  const { sentences, about } = conclude(
    compared.map((one) => ({ name: one.name, at: all.indexOf(one) })),
    tables,
    all.length,
  );
  if (drawn.length === 0) return { sentences, about };
  const remark = isSettled
    ? `Not judged, because their parameters are drawn and another seed may give another result: ${drawn.join(", ")}.`
    : `Parameters of ${drawn.join(", ")} are drawn: another seed may give another result.`;
  return { sentences: [...sentences, remark], about };
}

/** A scoring and its column in the tables. */
interface Column {
  readonly name: string;
  readonly at: number;
}

function conclude(compared: readonly Column[], tables: Tables, count: number): Summary {
  const entropies = columnMeans(tables.entropies);
  const largest = columnMeans(tables.largest);
  const norms = columnMeans(tables.norms);
  const summaryAbout = (sentences: readonly string[], about: readonly Column[]) => {
    return { sentences, about: about.map(({ name }) => name) };
  };
  if (compared.some(({ at }) => Number.isNaN(entropies[at]))) {
    return summaryAbout(["Some weights are not numbers, so there is nothing to compare."], []);
  }
  const [first] = compared;
  if (compared.length === 1) {
    return summaryAbout(
      [`${first.name} gives its strongest key ${percent(largest[first.at])} of the weight on average.`],
      [first],
    );
  }
  const byEntropy = (a: Column, b: Column) => entropies[a.at] - entropies[b.at];
  const focused = compared.reduce((least, one) => (byEntropy(one, least) < 0 ? one : least));
  const even = compared.reduce((most, one) => (byEntropy(one, most) > 0 ? one : most));
  if (entropies[even.at] - entropies[focused.at] < 1e-9) {
    return summaryAbout(["With these numbers, all scorings spread their weight equally."], []);
  }
  const far = farthest(compared, tables.variation, count);
  const sentences = [
    `${focused.name} is the most focused: its strongest key takes ${percent(largest[focused.at])} of the weight on average (entropy ${percent(entropies[focused.at])} of the maximum); ${even.name} spreads its weight most (${percent(largest[even.at])}, entropy ${percent(entropies[even.at])}).`,
    describeFarthest(far, tables, count),
  ];
  const saturated = compared.filter(({ at }) => norms[at] < 0.01 && largest[at] > 0.99);
  if (saturated.length > 0) {
    sentences.push(
      `${saturated.map(({ name }) => name).join(", ")}: saturated, so almost no gradient passes through the softmax (Jacobian norm below 0.01).`,
    );
  }
  return summaryAbout(sentences, [focused, even, ...far, ...compared]);
}

type Pair = readonly [Column, Column];

/**
 * Returns the two scorings with the largest total variation: most of the weight must move to turn one into the other
 * between them.
 */
function farthest(compared: readonly Column[], variation: Matrix, count: number): Pair {
  const pairs = compared.flatMap((a, k) => compared.slice(k + 1).map((b): Pair => [a, b]));
  const apart = (pair: Pair) => cellAt(variation, pair, count);
  return pairs.reduce((most, pair) => (apart(pair) > apart(most) ? pair : most));
}

const cellAt = ({ data }: Matrix, [a, b]: Pair, count: number) => data[a.at * count + b.at];

function describeFarthest(far: Pair, { ranks, variation }: Tables, count: number): string {
  const rho = cellAt(ranks, far, count);
  const order = Number.isNaN(rho)
    ? "one of them ranks no key above another"
    : rho > 0.99
      ? "although they rank the keys in the same order"
      : `and their rank correlation is ${rho.toFixed(2)}`;
  return `${far[0].name} and ${far[1].name} differ most: ${percent(cellAt(variation, far, count))} of the weight must move to turn one into the other, ${order}.`;
}

const columnMeans = (matrix: Matrix) => columnSums(matrix).data.map((total) => total / matrix.rows);

const percent = (share: number) => `${Math.round(100 * share)} %`;
