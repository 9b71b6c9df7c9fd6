import { setting } from "../../errors.js";
import type { Scope, Trace } from "../../trace/trace.js";
import { ATTEND_INPUTS } from "../attend.js";
import { recordScoredAttention } from "../attention.js";
import { recordEmbedded } from "../embedding/embedded.js";
import { GRADIENT_INPUTS } from "../gradients/backward.js";
import type { InputName } from "../inputs.js";
import type { Problem } from "../problem.js";
import { createRecorder, type Recorder, type RecordOptions } from "../recorder.js";
import {
  assignRoles,
  type GivenRefs,
  type Roles,
  recordInputs,
  recordProjections,
  requireRoles,
  requireValuePerKey,
} from "../roles.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import { recordCosts } from "./costs.js";
import { chooseEntrants, type Entrant } from "./entrants.js";
import { recordScoreGradient } from "./score-gradient.js";
import { type MeasuredScoring, recordMeasures, recordSideBySide } from "./side-by-side.js";
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
  const recorder = createRecorder("compare-scoring", { arithmetic });
  const hasVectors = Object.keys(matrices).length > 0;
  if (hasVectors || !settings.sweep) recordComparison(recorder, problem, needs);
  if (settings.sweep) recordSweep(recorder, settings.sweep, settings);
  return recorder.trace();
}

function recordComparison(
  recorder: Recorder,
  problem: Problem<CompareScoringSettings>,
  needs: RecordOptions["needs"],
): void {
  const { settings } = problem;
  const refs = recordEmbedded(recorder, problem, recordInputs(recorder, problem));
  const unprojected = assignRoles(refs);
  const roles = requireRoles(
    recordProjections(recorder, unprojected, refs, settings.layout),
    ["query", "key"],
    `Give query and key (and value), or x for self-attention; or ${setting("sweep")} d_k=2..512 to draw them.`,
  );
  requireValuePerKey(unprojected);
  const entrants = chooseEntrants(recorder, roles, refs, settings);
  // The parameters of a scoring replace those that were given for all scorings.
  const { wa: _wa, ua: _ua, va: _va, ...others } = refs;
  // Costs follow from the sizes alone.
  const recorded = needs === "costs" ? [] : entrants;
  const compared = recorded.map((entrant) =>
    recorder.scoped({ kind: "scoring", name: entrant.name }, () =>
      recordEntrant(recorder, problem, entrant, roles, { ...others, ...entrant.parameters }),
    ),
  );
  recorder.convention("scoring", entrants.map(({ name }) => name).join(","));
  const { scale, temperature } = settings;
  recorder.convention(
    "scale",
    scale ?? "default",
    `${scale === undefined ? "scale 1/√d_k for scaled-dot, none for the others" : `scale ${scale}`}${temperature === 1 ? "" : `, divided by the temperature ${temperature}`}`,
  );
  recordCosts(recorder, entrants);
  if (compared.length === 0) return;
  const about = recordSideBySide(recorder, compared);
  const scopeOf = (name: string): Scope => [{ kind: "scoring", name }];
  recorder.overview({
    scopes: entrants.map(({ name }) => scopeOf(name)),
    beside: shownScorings(
      entrants.map(({ name }) => name),
      about,
    ).map(scopeOf),
    ids: shownSteps(settings),
    steps: ["looks-at", "total-variation"],
  });
}

/** Returns the steps to show for each scoring, if nobody asks for every step. */
function shownSteps({ jacobian, outputGradient }: CompareScoringSettings): readonly string[] {
  return [
    "weights",
    ...(jacobian === undefined ? [] : ["jacobian"]),
    ...(outputGradient === undefined ? [] : ["score-gradient"]),
  ];
}

/** The maximum number of scorings that are shown side by side. */
const MAX_SIDE_BY_SIDE = 4;

/** Returns the scorings that the conclusion is about, then others while there is room, in their original order. */
function shownScorings(names: readonly string[], about: readonly string[]): readonly string[] {
  const others = names.filter((name) => !about.includes(name));
  const chosen = [...new Set([...about, ...others])].slice(0, MAX_SIDE_BY_SIDE);
  return names.filter((name) => chosen.includes(name));
}

/** Records one scoring from its scores to its output, and its measures for the comparison. */
function recordEntrant(
  recorder: Recorder,
  problem: Problem<CompareScoringSettings>,
  entrant: Entrant,
  roles: Roles,
  refs: GivenRefs,
): MeasuredScoring {
  const { settings } = problem;
  const problemOfScoring = { ...problem, settings: { ...settings, scoring: entrant.name } };
  const scored = recordScoredAttention(recorder, problemOfScoring, refs, { roles, unprojected: roles });
  const measured = recordMeasures(recorder, entrant, scored);
  const { jacobian: row, outputGradient } = settings;
  if (row !== undefined) recordScoreGradient(recorder, scored, { row, outputGradient });
  return measured;
}
