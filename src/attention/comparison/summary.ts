import type { Ref } from "../../trace/recorder.js";

/** The tables that the summary is read from. */
export type Tables = Readonly<Record<"entropies" | "largest" | "norms" | "ranks" | "variation", Ref>>;

/** What follows from the numbers, and nothing else. */
export function summarise(names: readonly string[], tables: Tables): string[] {
  const entropies = columnMeans(tables.entropies);
  if (entropies.some(Number.isNaN)) return ["Some weights are no numbers, so there is nothing to compare."];
  const largest = columnMeans(tables.largest);
  const norms = columnMeans(tables.norms);
  const [focused, even] = [indexOfLeast(entropies), indexOfMost(entropies)];
  if (names.length === 1) {
    return [`${names[0]} gives its strongest key ${percent(largest[0])} of the weight on average.`];
  }
  if (entropies[even] - entropies[focused] < 1e-9) {
    return ["All scorings spread their weight alike on these numbers."];
  }
  const sentences = [
    `${names[focused]} is the most focused: its strongest key takes ${percent(largest[focused])} of the weight on average (entropy ${percent(entropies[focused])} of the most); ${names[even]} spreads its weight most (${percent(largest[even])}, entropy ${percent(entropies[even])}).`,
    ...describeExtremes(names, tables),
  ];
  const saturated = names.filter((_, index) => norms[index] < 0.01 && largest[index] > 0.99);
  if (saturated.length > 0) {
    sentences.push(
      `${saturated.join(", ")}: saturated, so next to no gradient passes through the softmax (Jacobian norm below 0.01).`,
    );
  }
  return sentences;
}

/** The two scorings that agree least, in weight and in order. */
function describeExtremes(names: readonly string[], { ranks, variation }: Tables): string[] {
  const pairs = names.flatMap((_, a) => names.slice(a + 1).map((_other, k) => [a, a + 1 + k] as const));
  const at = (ref: Ref, [a, b]: readonly [number, number]) => ref.output().data[a * names.length + b];
  const [first, ...others] = pairs;
  const far = others.reduce((most, pair) => (at(variation, pair) > at(variation, most) ? pair : most), first);
  const rho = at(ranks, far);
  const order = Number.isNaN(rho)
    ? "one of them ranks no key above another"
    : rho > 0.99
      ? "though they rank the keys alike"
      : `and their rank correlation is ${rho.toFixed(2)}`;
  return [
    `${names[far[0]]} and ${names[far[1]]} differ most: ${percent(at(variation, far))} of the weight would have to move, ${order}.`,
  ];
}

function columnMeans(ref: Ref): number[] {
  const { rows, cols, data } = ref.output();
  return Array.from({ length: cols }, (_, col) => {
    let total = 0;
    for (let row = 0; row < rows; row++) total += data[row * cols + col];
    return total / rows;
  });
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const indexOfLeast = (values: readonly number[]) => values.indexOf(Math.min(...values));
const indexOfMost = (values: readonly number[]) => values.indexOf(Math.max(...values));
