import { EXPONENTS, type Exponent } from "../../attention/positions/sinusoidal.js";
import { cellOf, mapCells } from "../../math/matrix.js";
import { computeStep, type Trace } from "../../trace/trace.js";
import { findRole, stated } from "./alter.js";
import { findBase } from "./base.js";
import { type Amount, familyOf, type Settings } from "./mistake.js";
import { halved, isInterleaved, restate, TABLE_FORMULA, withExponents, withTable } from "./position-table.js";

// Mistakes in base^(2i/d).

/** Returns the difference between the exponents of neighbouring pairs: 2/d. */
function perPair(exponent: Exponent, cols: number): number {
  const { step, denominator } = EXPONENTS[exponent].rule(cols);
  return step / denominator;
}

/** Uses for cosines the exponents of columns further right. */
function withSlowerCosines(trace: Trace, columns: number): readonly Trace[] {
  return withTable(trace, (step, inputs, pairs) => {
    const table = computeStep(step, inputs);
    const [angles, ...rest] = inputs;
    const perColumn = perPair(stated(trace, "exponent") as Exponent, table.cols) / 2;
    const slower = Number(stated(trace, "base")) ** (-perColumn * columns);
    const slow = computeStep(step, [mapCells(angles, (angle) => angle * slower), ...rest]);
    return mapCells(table, (value, row, col) => {
      const isSine = isInterleaved(trace) ? col % 2 === 0 : col < pairs;
      return isSine ? value : cellOf(slow, row, col);
    });
  });
}

/** Computes a table of one exponent rule by another rule. */
function withRule(trace: Trace, from: Exponent, to: Exponent): readonly Trace[] {
  const cols = findRole(trace, "encoding")?.shape.cols;
  if (cols === undefined || stated(trace, "exponent") !== from) return [];
  return withExponents(trace, perPair(to, cols) / perPair(from, cols));
}

/** Returns the exponent of pair i, in units of i. */
function exponentOfPair(trace: Trace, amountOf: (cols: number) => Amount): Amount | undefined {
  const cols = findRole(trace, "encoding")?.shape.cols;
  return cols === undefined ? undefined : amountOf(cols);
}

/** Multiplies the exponents of the paper by `times`. */
const ofPaper = (trace: Trace, times: number): readonly Trace[] =>
  (stated(trace, "exponent") ?? "paper") === "paper" ? withExponents(trace, times) : [];

const exponentOf = (altered: Trace): Settings =>
  stated(altered, "columns") === "halves"
    ? { columns: "halves", exponent: "half-minus-one" }
    : { exponent: "half-minus-one" };

/** Bases that people often use instead of the base of the task. */
const USUAL_BASES = [100, 1000, 10_000];

function withBase(trace: Trace, base: number): readonly Trace[] {
  const right = Number(stated(trace, "base"));
  if (!(right > 1) || base === right) return [];
  return restate(withExponents(trace, Math.log(base) / Math.log(right)), "base", String(base));
}

/**
 * Mistakes in exponents. Exact descriptions come before those that only fit: a doubled exponent is also a squared base.
 */
export const EXPONENT_MISTAKES = familyOf({ step: "angles", formula: TABLE_FORMULA }, [
  {
    id: "exponent-half-minus-one",
    title: "The exponent i/(d/2 − 1) of tensor2tensor was used instead of the paper's 2i/d.",
    fix: "Divide by base^(2i/d): the last pair does not reach the base itself.",
    convention: exponentOf,
    amount: ({ trace }) =>
      exponentOfPair(trace, (cols) => {
        const { denominator } = EXPONENTS["half-minus-one"].rule(cols);
        return { text: `i/(d/2 − 1) = i/${denominator}`, value: 1 / denominator };
      }),
    apply({ trace }) {
      const alone = withRule(trace, "paper", "half-minus-one");
      return [...alone, ...alone.flatMap(halved)];
    },
  },
  {
    id: "exponent-paper",
    title: "The paper's exponent 2i/d was used instead of i/(d/2 − 1).",
    formula: "ω_i = 1 / base^(i/(d/2 − 1))",
    fix: "Divide by base^(i/(d/2 − 1)): the last pair reaches the base itself.",
    convention: { exponent: "paper" },
    apply: ({ trace }) => withRule(trace, "half-minus-one", "paper"),
  },
  {
    id: "cos-own-exponent",
    step: "encoding",
    title: "The cosine has its own exponent, (2i+1)/d, so its angle is not that of its sine.",
    fix: "Compute one angle for each pair of columns, and take both its sine and its cosine.",
    apply: ({ trace }) => withSlowerCosines(trace, 1),
  },
  {
    id: "exponent-by-column",
    step: "encoding",
    title: "The exponent has the index of the column instead of the index of the pair.",
    fix: "Columns 2i and 2i + 1 are pair i and share the exponent 2i/d: 0, 0, 2/d, 2/d, 4/d, 4/d and so on.",
    apply: ({ trace }) =>
      isInterleaved(trace) ? withExponents(trace, 2).flatMap((twice) => withSlowerCosines(twice, 2)) : [],
  },
  {
    id: "exponent-doubled",
    title: "The exponent was doubled: 4i/d instead of 2i/d.",
    fix: "i counts the pairs, 0, 1, 2, …: if it counts the even columns, the exponent is i/d.",
    amount: ({ trace }) => exponentOfPair(trace, (cols) => ({ text: `4i/d = 4i/${cols}`, value: 4 / cols })),
    apply: ({ trace }) => ofPaper(trace, 2),
  },
  {
    id: "exponent-halved",
    title: "The exponent was halved: i/d instead of 2i/d.",
    fix: "i counts the pairs, 0, 1, 2, …: columns 2i and 2i + 1 have the exponent 2i/d.",
    amount: ({ trace }) => exponentOfPair(trace, (cols) => ({ text: `i/d = i/${cols}`, value: 1 / cols })),
    apply: ({ trace }) => ofPaper(trace, 1 / 2),
  },
  {
    id: "base-off",
    title: "The base is not that of the task.",
    formula: "ω_i = 1 / base^(2i/d), with the base of the task (default 10000)",
    fix: "Divide the position by the power of the base that the task gives.",
    convention: (altered) => ({ base: Number(stated(altered, "base")) }),
    apply: ({ trace }) => USUAL_BASES.flatMap((base) => withBase(trace, base)),
    applyAt: ({ trace }, { answer }) => findBase(trace, answer, (base) => withBase(trace, base)),
  },
]);
