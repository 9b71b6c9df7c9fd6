import { setting } from "../setting-names.js";
import type { Conditioning } from "./conditioning.js";
import { blocksDiagonal, combineMasks } from "./masks/combine.js";
import { parseFill } from "./masks/fills.js";
import type { MaskSizes } from "./masks/registry.js";
import type { Problem } from "./problem.js";
import type { Recorder } from "./recorder.js";
import type { GivenRefs } from "./roles.js";
import { resolveScale } from "./scale.js";
import { scoringOf } from "./scoring/registry.js";
import type { Layout, Scoring } from "./scoring/scoring.js";

/** Everything that papers and libraries do differently, decided for one attention. */
export interface Conventions extends Conditioning {
  readonly scoring: Scoring;
  readonly layout: Layout;
}

/** What the conventions depend on, in addition to the settings. */
export interface AttentionSizes extends MaskSizes {
  /** The columns of one key. Undefined if scores were given. */
  readonly dK: number | undefined;
}

/**
 * Decides the conventions and states them in the recording. Throws BAD_VALUE (scale, key length), SHAPE_MISMATCH (mask)
 * and ALIGNMENT_NEEDED.
 */
export function settleConventions(
  recorder: Recorder,
  { settings, mask: givenMask }: Pick<Problem, "settings" | "mask">,
  refs: GivenRefs,
  { dK, ...sizes }: AttentionSizes,
): Conventions {
  const scoring = scoringOf(settings);
  const mask = combineMasks({ ...sizes, settings, givenMask });
  const conventions: Conventions = {
    scoring,
    mask,
    softcap: settings.softcap,
    scale: resolveScale(settings, scoring.defaultScale ?? "none", dK),
    fill: parseFill(settings.maskFill),
    emptyRow: settings.emptyRow,
    layout: settings.layout,
  };
  stateConventions(recorder, conventions, settings, refs);
  if (mask && givenMask && blocksDiagonal(mask)) {
    recorder.warn(
      `The mask lets no query attend to its own position. If true means masked, pass ${setting("maskTrue")} drop.`,
    );
  }
  return conventions;
}

const EMPTY_ROW_TEXT = {
  zero: "a row that may attend to no key gives 0",
  nan: "a row that may attend to no key gives NaN",
  uniform: "a row that may attend to no key attends to all keys equally",
  error: "a row that may attend to no key is an error",
} as const;

function stateConventions(
  { convention: state }: Recorder,
  { scoring, scale, mask, fill, emptyRow, layout }: Conventions,
  settings: Problem["settings"],
  refs: GivenRefs,
): void {
  const projects = (["wq", "wk", "wv", "wa", "ua", "wc"] as const).some((name) => refs[name]);
  if (refs.x) state("roles", refs.memory ? "encoder-decoder" : "self", rolesText(refs));
  if (refs.scores) state("scoring", "given", "scores as given");
  else state("scoring", scoring.name, `${scoring.name} scoring: ${scoring.formula} (${scoring.source})`);
  state("scale", scale?.factor ?? 1, scale ? `scale ${scale.text}` : "no scale");
  if (settings.softcap !== undefined) state("softcap", settings.softcap, `softcap ${settings.softcap}`);
  state("causal", settings.causal);
  state("maskTrue", settings.maskTrue, mask ? mask.rules.join("; ") : "no mask");
  if (mask?.isAligned) state("queryOffset", mask.offset);
  state(
    "maskFill",
    fill.text,
    mask && !fill.isExact ? `masked cells: ${fill.formula} (${fill.text})` : undefined,
  );
  state("emptyRow", emptyRow, mayBeEmpty(mask, fill, refs) ? EMPTY_ROW_TEXT[emptyRow] : undefined);
  state("layout", layout, projects ? `W is ${LAYOUT_TEXT[layout]}` : undefined);
}

/** Whether a row may have no key. A fill with finite scores leaves no row empty, but a bias of −∞ may. */
function mayBeEmpty(mask: Conventions["mask"], fill: Conventions["fill"], { bias }: GivenRefs): boolean {
  return bias !== undefined || (mask !== undefined && (fill.isExact || fill.on === "exponentials"));
}

const LAYOUT_TEXT = { "in-out": "in × out (x·W)", "out-in": "out × in (x·Wᵀ)" } as const;

function rolesText(refs: GivenRefs): string {
  return refs.memory ? "query from X, key and value from memory" : "query, key and value from X";
}
