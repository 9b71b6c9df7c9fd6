import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import type { Setting } from "../attention/setting.js";
import type { Convention, Fact, FactValue, Trace } from "../trace/trace.js";
import { describeDraws, drawMatrices, drawsInJson, wantedDraws } from "./drawn/draw-missing.js";
import { refuseIdleSizes } from "./drawn/draw-settings.js";
import { DRAWS, PLAIN_START } from "./drawn/draws.js";
import { stateModel } from "./model.js";
import { describePreset, type FilledSettings, presetFor } from "./preset.js";
import { findSystem, type NamedSystem, presetName } from "./registry.js";
import type { PresetCommand } from "./system.js";

/** A command, as far as it matters for what it can be filled in with. */
export interface Fillable {
  readonly name: PresetCommand;
  readonly inputs: readonly InputName[];
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}

/** A problem with what a preset and `--random` add to it. */
export interface FilledIn {
  readonly problem: Problem<Record<string, unknown>>;
  /** The trace of the problem, with what was filled in stated in it. */
  state(trace: Trace): Trace;
}

/**
 * Fills in the settings of the preset that is named, where nothing was given, and draws the matrices that are missing
 * when `random` is set. Filled in once more, the result stays as it is: so the JSON of a run repeats it.
 * Throws BAD_VALUE for an unknown preset and for too large a draw, MISSING_INPUT, and USAGE for a size of nothing.
 */
export function fillIn(command: Fillable, given: Problem<FilledSettings>): FilledIn {
  refuseIdleSizes(command.settings, given.settings);
  const { preset, random } = given.settings;
  const named = preset === undefined ? undefined : findSystem(preset);
  const set: Filling = named ? addPreset(command, given, named) : { problem: given };
  const drawn: Filling = random ? addDraws(command, set.problem, named) : { problem: set.problem };
  return {
    problem: drawn.problem,
    state: (trace) => ({
      ...trace,
      conventions: [set.convention, drawn.convention, ...trace.conventions].filter(
        (one) => one !== undefined,
      ),
      inputs: trace.inputs.map((input) =>
        drawn.drawn?.includes(input.name) ? { ...input, isDrawn: true } : input,
      ),
      facts: { ...trace.facts, ...set.facts, ...drawn.facts, ...(named && stateModel(named, trace)) },
    }),
  };
}

interface Filling {
  readonly problem: Problem<FilledSettings>;
  readonly convention?: Convention;
  readonly facts?: Readonly<Record<string, Fact>>;
  /** Inputs that were drawn. */
  readonly drawn?: readonly string[];
}

function addPreset(
  { name, settings: table }: Fillable,
  given: Problem<FilledSettings>,
  named: NamedSystem,
): Filling {
  const set = presetFor(named, name, given);
  const settings = { ...set, ...given.settings };
  const { kept, text } = describePreset(named, set, settings, table);
  const preset = presetName(named.system, named.size);
  return {
    problem: { ...given, settings },
    convention: { name: "preset", value: preset, text },
    facts: { preset: { value: { name: preset, sets: kept as FactValue } } },
  };
}

function addDraws(
  { name, inputs, settings: table }: Fillable,
  given: Problem<FilledSettings>,
  named: NamedSystem | undefined,
): Filling {
  const start = named?.system.start ?? PLAIN_START;
  const { matrices, settings } = given;
  const { seed = 0 } = settings;
  // What is done to embeddings is about drawn ones: a given x has been embedded.
  const isEmbedded = "addPositions" in table && !matrices.x && !matrices.query;
  const embedding = isEmbedded ? start.embedding : {};
  const problem = { ...given, settings: { ...settings, seed, ...embedding, ...given.settings } };
  const draws = wantedDraws(given, DRAWS[name]({ problem, start, size: named?.size }), inputs);
  const isAny = draws.length > 0;
  return {
    problem: { ...problem, matrices: { ...matrices, ...drawMatrices(draws, seed) } },
    convention: {
      ...{ name: "random", value: seed },
      text: isAny
        ? `what is not given is drawn from seed ${seed}: ${describeDraws(draws)}`
        : "nothing is drawn here",
    },
    ...(isAny && { facts: { drawn: { value: drawsInJson(draws) } } }),
    drawn: draws.map(({ input }) => input),
  };
}
