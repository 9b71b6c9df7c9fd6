import { mapCells } from "../../math/matrix.js";
import { type Pairing, rotatePairs } from "../../ops/pairs.js";
import { angles } from "../../ops/waves.js";
import { add, multiply, type Term } from "../../trace/arrays.js";
import { computeStep, paramsOf, type Trace } from "../../trace/trace.js";
import { altering, alterOp, insteadOf } from "./alter.js";
import { EXPONENT_MISTAKES } from "./exponents.js";
import { familyOf, type Mistake, setSpecificTitle } from "./mistake.js";
import {
  fromHalves,
  fromPairs,
  halved,
  isInterleaved,
  reorder,
  TABLE_FORMULA,
  withAngles,
  withColumns,
} from "./position-table.js";

// Mistakes in computing sines and cosines of angles, and in their columns.

/**
 * Returns the pairing that a step of RoPE does not use. A pair is columns 0 and 1, or column 0 and the first of the
 * second half.
 */
function otherPairing(trace: Trace): Pairing {
  const { pairing } = paramsOf(findRotation(trace), rotatePairs) ?? {};
  return pairing === "interleaved" ? "half-split" : "interleaved";
}

const findRotation = ({ steps }: Trace) => steps.find(({ op }) => op.name === rotatePairs.name);

export const rotaryPairing: Mistake = {
  id: "rotary-pairing",
  step: "rotated",
  title: "The wrong columns were rotated together: (2i, 2i + 1) instead of (i, i + R/2), or the reverse.",
  formula: "(x, y) → (x cos − y sin, x sin + y cos), in the pairs of the task",
  fix: "Check which columns are a pair: neighbours (RoFormer), or one of each half (released code).",
  convention: (altered) => ({ [altered.command === "posenc" ? "pairs" : "rope"]: otherPairing(altered) }),
  apply: ({ trace }) => {
    const areHalves = otherPairing(trace) === "interleaved";
    const [there, back] = areHalves ? [fromPairs, fromHalves] : [fromHalves, fromPairs];
    return alterOp(trace, rotatePairs, (step) => ({
      compute: ([vectors, cosines, sines]) => {
        const turned = computeStep(step, [reorder(vectors, cosines.cols, there), cosines, sines]);
        return reorder(turned, cosines.cols, back);
      },
    }));
  },
};

/** Adds a number to every position. */
const withPositions = (trace: Trace, by: number): readonly Trace[] =>
  alterOp(trace, angles, (step) => ({
    compute: ([rates]) =>
      mapCells(computeStep(step, [rates]), (angle, _, pair) => angle + by * rates.data[pair]),
  }));

/** Computes X + PE in another way. */
const withSum = (make: (x: Term, encoding: Term) => Term): Mistake["apply"] =>
  altering(({ role, inputs }) =>
    (role === "encoded-output" || role === "embedded") && inputs.length === 2
      ? insteadOf(([x, encoding]) => make(x, encoding))
      : undefined,
  );

export const POSITION_MISTAKES = familyOf({ step: "encoding", formula: TABLE_FORMULA }, [
  {
    id: "sin-cos-swapped",
    title: "Sine and cosine are swapped: the cosine comes first.",
    fix: "The first column of a pair is the sine. At position 0 a row starts 0, 1, not 1, 0.",
    apply: ({ trace }) =>
      withColumns(trace, (col, pairs) => {
        if (isInterleaved(trace)) return col % 2 === 0 ? col + 1 : col - 1;
        return (col + pairs) % (2 * pairs);
      }),
  },
  {
    id: "sin-cos-halves",
    title: "All sines come first, then all cosines; they should alternate.",
    fix: "Put the cosine of each angle right after its sine.",
    convention: { columns: "halves" },
    apply: ({ trace }) => halved(trace),
  },
  {
    id: "sin-cos-interleaved",
    title: "Sines and cosines alternate; all sines should come first, then all cosines.",
    formula: "PE(pos, i) = sin(pos·ω_i), PE(pos, d/2+i) = cos(pos·ω_i)",
    fix: "Put the sines into the first half of the columns and the cosines into the second.",
    convention: { columns: "interleaved" },
    apply: ({ trace }) => (isInterleaved(trace) ? [] : withColumns(trace, fromHalves)),
  },
  {
    id: "sin-cos-one",
    title: "Only sines were computed; every second column is a cosine.",
    fix: "Compute the sine and the cosine of each angle.",
    apply: ({ trace }) =>
      [0, 1].flatMap((kept) =>
        setSpecificTitle(
          withColumns(trace, (col, pairs) =>
            isInterleaved(trace) ? col - (col % 2) + kept : (col % pairs) + kept * pairs,
          ),
          () =>
            `Only ${kept === 0 ? "sines" : "cosines"} were computed; half of the columns are ${kept === 0 ? "cosines" : "sines"}.`,
        ),
      ),
  },
  {
    id: "angle-in-degrees",
    title: "The angles were treated as degrees.",
    formula: "sin(pos·ω), cos(pos·ω), in radians",
    fix: "Set the calculator to radians: sin 1 = 0.8415, not 0.0175.",
    apply: ({ trace }) => withAngles(trace, (angle) => (angle * Math.PI) / 180),
  },
  {
    id: "position-from-one",
    step: "angles",
    title: "The position is one too high.",
    formula: "angle = pos·ω, with pos as the rows are labelled",
    fix: "Start at the position of the first row (0 unless the task says otherwise): sin 0 = 0, cos 0 = 1.",
    apply: ({ trace }) => [
      ...withPositions(trace, 1),
      ...setSpecificTitle(withPositions(trace, -1), () => "The position is one too low."),
    ],
  },
  {
    id: "encoding-twice",
    step: "output",
    title: "The encoding was added twice.",
    formula: "X + PE",
    fix: "Add the encoding of its position to each row, once.",
    apply: withSum((x, encoding) => add(x, add(encoding, encoding))),
  },
  {
    id: "encoding-multiplied",
    step: "output",
    title: "X was multiplied by the encoding; it should be added.",
    formula: "X + PE",
    fix: "Add the encoding of its position to each row.",
    apply: withSum((x, encoding) => multiply(x, encoding)),
  },
  rotaryPairing,
  ...EXPONENT_MISTAKES,
]);
