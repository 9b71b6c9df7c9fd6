import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import type { Problem } from "../attention/problem.js";
import { UserError } from "../errors.js";
import { type AnySettings, ATTENTION, type Companions, isRotated, scoringsOf } from "./companions.js";
import { type CommandDefinition, optionOf } from "./definition.js";
import { SCALED } from "./scaling-companions.js";

const HEADS: readonly Companions[] = [
  { names: ["rotarySize", "scaling"], of: "--rope", isThere: isRotated },
  { names: ["biasMax", "symmetric"], of: "--alibi", isThere: ({ settings: { alibi } }) => alibi === true },
  {
    names: ["heads", "kvHeads"],
    of: "one number of heads, and --compare-heads tries several",
    isThere: ({ settings: { compareHeads } }) => compareHeads === undefined,
  },
  ...SCALED,
];

/** Of vectors, which a sweep draws for itself. */
const OF_VECTORS = (Object.keys(ATTEND_SETTINGS) as (keyof AnySettings)[]).filter(
  (name) => !["scale", "softcap", "preset", "random", "seed"].includes(name),
);

const COMPARISON: readonly Companions[] = [
  {
    ...{ names: [...OF_VECTORS, "jacobian", "outputGradient", "dA"], inputs: ["mask"] },
    of: "query and key, which are not those of a sweep",
    isThere: ({ matrices, settings: { sweep } }) => sweep === undefined || Object.keys(matrices).length > 0,
  },
  {
    names: ["dA"],
    of: "drawn parameters (--seed)",
    isThere: ({ settings: { seed } }) => seed !== undefined,
  },
  {
    names: ["seed"],
    of: "what is drawn: parameters of a scoring, a sweep, --random",
    isThere: (problem) =>
      problem.settings.sweep !== undefined ||
      problem.settings.random === true ||
      scoringsOf(problem).some(({ parameters }) => Object.keys(parameters).length > 0),
  },
  ...ATTENTION,
];

const POSITIONS: readonly Companions[] = [
  {
    ...{ names: [], inputs: ["table"], of: "--kind learned" },
    isThere: ({ settings: { kind } }) => kind === "learned",
  },
  { names: ["embeddingScale"], of: "x", isThere: ({ matrices: { x } }) => x !== undefined },
  ...SCALED,
];

const COMPANIONS: Readonly<Record<CommandDefinition["name"], readonly Companions[]>> = {
  attend: ATTENTION,
  multihead: [...HEADS, ...ATTENTION],
  posenc: POSITIONS,
  "compare-scoring": COMPARISON,
};

/**
 * Throws USAGE for an option that changes nothing, since what it belongs to is not there, and gives a note for each such
 * setting or input of a bundle. `given` names what is typed and what stands in bundles; `problem` has the settings that
 * are in force, those of a preset too.
 */
export function refuseIdleSettings(
  { name: command, settings }: CommandDefinition,
  given: Readonly<Record<"options" | "bundle", Readonly<Record<string, unknown>>>>,
  problem: Problem<object>,
): readonly string[] {
  const notes: string[] = [];
  for (const { names, inputs = [], of, isThere } of COMPANIONS[command]) {
    if (isThere({ ...(problem as Problem<AnySettings>), command })) continue;
    const flags = [
      ...names.map((name) => [name, settings[name]?.flag.split(" ")[0]] as const),
      ...inputs.map((name) => [name, optionOf(name)] as const),
    ];
    for (const [name, flag] of flags) {
      if (isGiven(given.options[name])) {
        throw new UserError("USAGE", `${flag} changes nothing here: it is about ${of}.`, {
          hint: `Leave out ${flag}, or give what it is about.`,
        });
      }
      if (isGiven(given.bundle[name])) notes.push(`${name} changes nothing here: it is about ${of}`);
    }
  }
  return notes;
}

/** What is off asks for nothing. */
const isGiven = (value: unknown) => value !== undefined && value !== false;
