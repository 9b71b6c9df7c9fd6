import { roundDecimals } from "../../math/decimal.js";
import { mapCells } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { wavelengths } from "../../ops/waves.js";
import { paramsOf, type Trace } from "../../trace/trace.js";
import { alteringAt, alterOp, alterStep, changeCells, findRole } from "./alter.js";
import { familyOf, setSpecificTitle } from "./mistake.js";
import { withAngles } from "./position-table.js";
import { withBase } from "./softmax.js";

// Mistakes in which everything is right, except that a constant is too coarse for the digits of the sheet.

/** 2.7, 2.72 and 2.718. */
const COARSE_E = [1, 2, 3].map((decimals) => roundDecimals(Math.E, decimals));

/** 3.14, 3.142 and the fraction 22/7. */
const COARSE_PI = [...[2, 3].map((decimals) => roundDecimals(Math.PI, decimals)), 22 / 7];

/** Divides the scores by √d_k, or multiplies them by 1/√d_k, rounded to one decimal or two. */
function withCoarseRoot(trace: Trace): readonly Trace[] {
  const factor = paramsOf(findRole(trace, "scaled-scores"), scale)?.factor;
  if (factor === undefined) return [];
  const root = `√${Math.round(factor ** -2)}`;
  return [1, 2].flatMap((decimals) =>
    [
      { name: root, exact: 1 / factor, times: (coarse: number) => 1 / coarse },
      { name: `1/${root}`, exact: factor, times: (coarse: number) => coarse },
    ].flatMap(({ name, exact, times }) => {
      const coarse = roundDecimals(exact, decimals);
      // A number with no more digits than that is not rounded.
      if (coarse === 0 || Math.abs(coarse - exact) < 1e-9) return [];
      const altered = alterStep(trace, "scaled-scores", () => ({
        compute: ([scores]) => mapCells(scores, (score) => score * times(coarse)),
      }));
      return tellTaken(altered, name, coarse, exact);
    }),
  );
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
    title: "√d_k was rounded too much before the division, for example √2 to 1.4 or 1/√2 to 0.7.",
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
