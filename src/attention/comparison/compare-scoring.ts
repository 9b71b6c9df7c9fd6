import { refuseAs, setting } from "../../errors.js";
import { present } from "../../math/lists.js";
import { matrixFromRows } from "../../math/matrix.js";
import { placeParts } from "../../ops/parts.js";
import { rowSums } from "../../ops/product.js";
import { softmaxGradient, softmaxJacobian } from "../../ops/softmax.js";
import { measured } from "../../ops/sources.js";
import type { Trace } from "../../trace/trace.js";
import { ATTEND_INPUTS } from "../attend.js";
import { recordScoredAttention, type ScoredAttention } from "../attention.js";
import { recordEmbedded } from "../embedding/embedded.js";
import { GRADIENT_INPUTS, recordGradientsFrom } from "../gradients/backward.js";
import type { InputName } from "../inputs.js";
import type { Problem } from "../problem.js";
import {
  cut,
  type RecordOptions,
  type Ref,
  record,
  recorder,
  recordRecipe,
  type StepOverrides,
} from "../recorder.js";
import { assignRoles, recordInputs, recordProjections, requireRoles, requireValuePerKey } from "../roles.js";
import { requireShapes } from "../shapes.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import { recordCosts } from "./costs.js";
import { chooseEntrants } from "./entrants.js";
import { recordMeasures, recordSideBySide } from "./side-by-side.js";
import { recordSweep } from "./sweep.js";

/** Inputs of one attention that play no part in a comparison of scorings. */
const NOT_COMPARED: readonly InputName[] = ["scores", "dropoutMask", "wc", ...GRADIENT_INPUTS];

/** The inputs that `compare-scoring` takes. */
export const COMPARE_SCORING_INPUTS: readonly InputName[] = ATTEND_INPUTS.filter(
  (name) => !NOT_COMPARED.includes(name),
);

/**
 * Records the same queries and keys under several scoring functions, each in the scope of its name ("additive/scores").
 * Then it compares them: where rows look, how spread their weights are, how far the scorings agree, what they cost.
 * With `sweep` it records how this changes as d_k (or another size) grows. Throws UserError: those of attend,
 * MISSING_INPUT for a named scoring without its parameters, BAD_VALUE.
 */
export function recordCompareScoring(
  problem: Problem<CompareScoringSettings>,
  { arithmetic, needs }: RecordOptions = {},
): Trace {
  const { settings, matrices } = problem;
  const hasVectors = Object.keys(matrices).length > 0;
  return recordRecipe("compare-scoring", { arithmetic }, () => {
    if (hasVectors || !settings.sweep) recordComparison(problem, needs);
    if (settings.sweep) recordSweep(settings.sweep, settings);
  });
}

function recordComparison(problem: Problem<CompareScoringSettings>, needs: RecordOptions["needs"]) {
  const { settings } = problem;
  const refs = recordEmbedded(problem, recordInputs(problem));
  const unprojected = assignRoles(refs);
  const roles = requireRoles(
    recordProjections(unprojected, refs, settings.layout),
    ["query", "key"],
    `Give query and key (and value), or x for self-attention; or ${setting("sweep")} d_k=2..512 to draw them.`,
  );
  requireValuePerKey(unprojected);
  const entrants = chooseEntrants(roles, refs, settings);
  // The parameters of a scoring replace those that were given for all scorings.
  const { wa: _wa, ua: _ua, va: _va, ...others } = refs;
  // Each scoring is recorded from its scores to its output, and measured. Costs follow from the sizes alone.
  const recorded = needs === "costs" ? [] : entrants;
  const { jacobian: row, outputGradient } = settings;
  const compared = recorded.map((entrant) =>
    recorder.scoped({ kind: "scoring", name: entrant.name }, () => {
      const ofScoring = { ...problem, settings: { ...settings, scoring: entrant.name } };
      const scored = recordScoredAttention(ofScoring, { ...others, ...entrant.parameters }, roles, roles);
      const measured = recordMeasures(entrant, scored);
      if (row !== undefined) recordScoreGradient(scored, row, outputGradient);
      return measured;
    }),
  );
  const names = entrants.map(({ name }) => name);
  recorder.convention("scoring", names.join(","));
  const { scale, temperature } = settings;
  recorder.convention(
    "scale",
    scale ?? "default",
    `${scale === undefined ? "scale 1/√d_k for scaled-dot, none for the others" : `scale ${scale}`}${temperature === 1 ? "" : `, divided by the temperature ${temperature}`}`,
  );
  recordCosts(entrants);
  if (compared.length === 0) return;
  const about = recordSideBySide(compared);
  const scopeOf = (name: string) => [{ kind: "scoring", name }];
  recorder.overview({
    scopes: names.map(scopeOf),
    beside: shownScorings(names, about).map(scopeOf),
    ids: present(["weights", row !== undefined && "jacobian", outputGradient && "score-gradient"]),
    steps: ["looks-at", "total-variation"],
  });
}

/** The maximum number of scorings that are shown side by side. */
const MAX_SIDE_BY_SIDE = 4;

/** Returns the scorings that the conclusion is about, then others while there is room, in their original order. */
function shownScorings(names: readonly string[], about: readonly string[]) {
  const chosen = [...new Set([...about, ...names])].slice(0, MAX_SIDE_BY_SIDE);
  return names.filter((name) => chosen.includes(name));
}

/**
 * Records how the softmax of one row depends on its scores: the Jacobian diag(p) − p pᵀ (m×m) and its row sums, which
 * are 0. For an output gradient g (1×d_v) it also records all gradients of a loss of that row, with ∂L/∂α = g Vᵀ and
 * ∂L/∂s = ∂L/∂α · J as separate steps. Throws BAD_VALUE for a row that does not exist, MISSING_INPUT for a gradient
 * without values, SHAPE_MISMATCH.
 */
function recordScoreGradient(
  attention: ScoredAttention,
  row: number,
  outputGradient: readonly number[] | undefined,
) {
  const { softmax } = attention;
  const { rows } = softmax.shape;
  if (row >= rows) {
    const what = rows === 1 ? "is 1 row" : `are ${rows} rows`;
    refuseAs("BAD_VALUE", `${setting("jacobian")} is ${row}, but there ${what}.`, "Rows count from 0.");
  }
  const jacobian = record(
    "jacobian",
    softmaxJacobian,
    [softmax],
    { row },
    {
      title: `Softmax Jacobian of row ${softmax.axes[0].labels?.[row] ?? row}`,
      notes: [
        "∂p_j/∂s_k = p_j (δ_jk − p_k); every row sums to 0: if one weight grows, the others shrink as much",
      ],
    },
  );
  record("jacobian-row-sums", rowSums, [jacobian]);
  if (outputGradient) recordGradients(attention, row, outputGradient);
}

/** Records the gradients from ∂L/∂o of the row back to its weights, its scores, and the inputs of that scoring. */
function recordGradients(
  { weights, output }: ScoredAttention,
  row: number,
  outputGradient: readonly number[],
) {
  if (!output)
    refuseAs(
      "MISSING_INPUT",
      "An output gradient is given, but there is no value.",
      `Give value, or leave out ${setting("outputGradient")}.`,
    );

  const gradientRow = matrixFromRows([outputGradient]);
  const { rows, cols } = output.shape;
  requireShapes([output, "n", "d_v"], [{ key: setting("outputGradient"), shape: gradientRow }, "1", "d_v"]);
  const gradient = record(
    "output-gradient",
    measured,
    [],
    { values: gradientRow, how: `given as ${setting("outputGradient")}` },
    {
      columns: output.axes[1],
    },
  );
  const fullGradient = recorder.step(placeParts, [gradient], {
    params: { rows, cols, places: [{ firstRow: row, firstCol: 0 }] },
    id: "d-output",
    title: "Gradient of output",
    formula: `g in row ${row}; the loss is only of that row`,
    axes: output.axes,
  });
  const gradients = recordGradientsFrom(output, fullGradient);
  const cutRow = (
    name: "weight-gradient" | "score-gradient",
    of: Ref | undefined,
    how: string,
    overrides?: StepOverrides,
  ) => {
    if (!of) throw new RangeError(`there is nothing to make "${name}" of`);
    cut(name, of, "rows", row, 1, { ...overrides, formula: `${how}, row ${row} of ${of.key}` });
  };
  cutRow("weight-gradient", gradients.get(weights.key), "∂L/∂α = g Vᵀ");
  const ofScores = [...gradients.values()].find(
    ({ key }) => recorder.numbers.nodes.node(key)?.op.name === softmaxGradient.name,
  );
  cutRow("score-gradient", ofScores, "∂L/∂s = ∂L/∂p · J", {
    notes: ["of the scores as they enter the softmax: after scale, softcap and bias"],
  });
}
