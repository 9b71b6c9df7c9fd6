import { roundDecimals } from "../../math/decimal.js";
import { mapCells } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { wavelengths } from "../../ops/waves.js";
import { paramsOf, type Trace } from "../../trace/trace.js";
import { alteringAt, alterOp, alterStep, changeCells } from "./alter.js";
import { familyOf, setSpecificTitle } from "./mistake.js";
import { withAngles } from "./position-table.js";
import { withBase } from "./softmax.js";

// Mistakes in which everything is right, except that a constant is too coarse for the digits of the sheet.

/** 2.7, 2.72 and 2.718. */
const COARSE_E = [1, 2, 3].map((decimals) => roundDecimals(Math.E, decimals));

/** 3.14, 3.142 and the fraction 22/7. */
const COARSE_PI = [...[2, 3].map((decimals) => roundDecimals(Math.PI, decimals)), 22 / 7];

/** Divides the scores by √d_k rounded to one decimal or two. */
function withCoarseRoot(trace: Trace): readonly Trace[] {
  return [1, 2].flatMap((decimals) => {
    let exact = Number.NaN;
    const altered = alterStep(trace, "scaled-scores", (step) => {
      const factor = paramsOf(step, scale)?.factor;
      const root = factor === undefined ? Number.NaN : 1 / factor;
      const coarse = roundDecimals(root, decimals);
      // A root with no more digits than that is not rounded.
      if (!(Math.abs(coarse - root) > 1e-9)) return undefined;
      exact = root;
      return { compute: ([scores]) => mapCells(scores, (score) => score / coarse) };
    });
    return tellTaken(altered, `√${Math.round(exact * exact)}`, roundDecimals(exact, decimals), exact);
  });
}

/** Adds to the solutions a sentence with the number that was used. */
const tellTaken = (altered: readonly Trace[], name: string, by: number, exact: number) =>
  setSpecificTitle(altered, () => `${name} was rounded to ${shortOf(by)}; it is ${shortOf(exact)}.`);

const shortOf = (value: number): number => roundDecimals(value, 4);

/** Mistakes with coarse constants. Their numbers are near the right ones, so all other mistakes are tried first. */
export const COARSE_MISTAKES = familyOf({ isCoarse: true }, [
  {
    id: "root-rounded",
    step: "scaled-scores",
    title: "√d_k was rounded too much before the division, for example √2 to 1.4.",
    formula: "S′ = S / √d_k, with √2 = 1.41421…",
    fix: "Use the √ key, and keep all digits until you write the scores.",
    apply: ({ trace }) => withCoarseRoot(trace),
  },
  {
    id: "e-rounded",
    step: "exponentials",
    title: "The powers were computed with a rounded e: 2.7, 2.72 or 2.718.",
    formula: "E = e^s, with e = 2.718281828…",
    fix: "Use the e^x key: in e³ the error of a rounded e counts three times.",
    apply: ({ trace }) => COARSE_E.flatMap((e) => tellTaken(withBase(trace, e), "e", e, Math.E)),
  },
  {
    id: "exponentials-rounded",
    step: "exponentials",
    title: "The powers e^x were rounded to one decimal before they were divided.",
    formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)",
    fix: "Keep at least one more decimal of e^x than the weights need.",
    apply: alteringAt("exponentials", (step) => changeCells(step, (power) => roundDecimals(power, 1))),
  },
  {
    id: "pi-rounded",
    step: "wavelengths",
    title: "π was rounded to 3.14, 3.142 or 22/7.",
    formula: "λ = 2π/ω, and 180°/π for one radian, with π = 3.14159265…",
    fix: "Use the π key, and set the calculator to radians for sines and cosines.",
    apply: ({ trace }) =>
      COARSE_PI.flatMap((pi) =>
        [
          alterOp(trace, wavelengths, (step) => changeCells(step, (length) => (length * pi) / Math.PI)),
          // A calculator that takes angles in degrees needs them multiplied by 180/π first.
          withAngles(trace, (angle) => (angle * Math.PI) / pi),
        ].flatMap((altered) => tellTaken(altered, "π", pi, Math.PI)),
      ),
  },
]);
