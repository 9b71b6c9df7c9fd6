import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import { completeSettings } from "../attention/setting.js";
import { refuseAs, setting } from "../errors.js";
import { remember } from "../math/remember.js";
import type { Convention, Fact, FactValue, Trace } from "../trace/trace.js";
import { drawMatrix } from "./drawn/distributions.js";
import { DRAW_SETTINGS, type DrawSettings, drawnNames } from "./drawn/draw-settings.js";
import { DEFAULT_DISTRIBUTIONS, type Draw } from "./drawn/draws.js";
import { settleSizes } from "./drawn/sizes.js";
import type { FillableCommand } from "./fillable-command.js";
import { stateModel } from "./model.js";
import { describePreset, presetFor } from "./preset.js";
import { findSystem, presetName } from "./registry.js";
import type { NamedSystem } from "./system.js";

/** The settings of any command, given or filled in. */
type GivenSettings = Partial<DrawSettings> & Readonly<Record<string, unknown>>;

/** A problem with everything that a preset and `--random` add to it. */
export interface FilledIn {
  readonly problem: Problem<Record<string, unknown>>;
  /** Returns the trace of the problem with statements about what was filled in. */
  addFacts(trace: Trace): Trace;
}

/**
 * Fills in the settings of the preset that were not given, and draws missing matrices if `random` is set. Filling in
 * the result again does not change it, so the JSON of a run repeats the run. Throws BAD_VALUE for an unknown preset and
 * for too large a draw, and MISSING_INPUT for a setting that was not published.
 */
export function fillIn(command: FillableCommand, asked: Problem<GivenSettings>): FilledIn {
  const random = asked.settings.random || hasOnlySizes(command, asked);
  const given = random ? { ...asked, settings: { ...asked.settings, random } } : asked;
  const { preset } = given.settings;
  const named = preset === undefined ? undefined : findSystem(preset);
  const set: FilledStep = named ? addPreset(command, given, named) : { problem: given };
  const drawn: FilledStep = random ? addDraws(command, set.problem, named) : { problem: set.problem };
  return {
    problem: drawn.problem,
    addFacts: (trace) => ({
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

/** Whether only sizes are given and no matrices. Then the problem is drawn at these sizes. */
const hasOnlySizes = ({ settings: table }: FillableCommand, { matrices, settings }: Problem<GivenSettings>) =>
  Object.keys(matrices).length === 0 && drawnNames(table).some((name) => settings[name] !== undefined);

interface FilledStep {
  readonly problem: Problem<GivenSettings>;
  readonly convention?: Convention;
  readonly facts?: Readonly<Record<string, Fact>>;
  /** Inputs that were drawn. */
  readonly drawn?: readonly string[];
}

function addPreset(command: FillableCommand, given: Problem<GivenSettings>, named: NamedSystem) {
  const set = presetFor(named, command, given);
  const settings = { ...set, ...given.settings };
  const { kept, text } = describePreset(named, set, settings);
  const preset = presetName(named.system, named.size);
  return {
    problem: { ...given, settings },
    convention: { name: "preset", value: preset, text },
    facts: { preset: { value: { name: preset, sets: kept as FactValue } } },
  };
}

function addDraws(
  { inputs, settings: table, draws: drawsFor }: FillableCommand,
  given: Problem<GivenSettings>,
  named: NamedSystem | undefined,
) {
  const initial = named?.system.initial ?? DEFAULT_DISTRIBUTIONS;
  const { matrices, settings } = given;
  const { seed = DRAW_SETTINGS.seed.default } = settings;
  // Embedding settings apply only to drawn embeddings. An x that was given is embedded already.
  const isEmbedded = "addPositions" in table && !matrices.x && !matrices.query;
  const embedding = isEmbedded ? initial.embedding : {};
  const problem = { ...given, settings: { ...settings, seed, ...embedding, ...given.settings } };
  const complete = { ...problem, settings: completeSettings<object>(table, problem.settings) };
  const all =
    drawsFor?.({
      problem: complete,
      initial,
      size: named?.size,
      sizes: () => settleSizes(complete, named?.size),
    }) ?? [];
  const draws = wantedDraws(given, all, inputs);
  const isAny = draws.length > 0;
  return {
    problem: { ...problem, matrices: { ...matrices, ...drawMatrices(draws, seed) } },
    convention: {
      name: "random",
      value: seed,
      text: isAny
        ? `missing matrices are drawn from seed ${seed}: ${describeDraws(draws)}`
        : "nothing is drawn here",
    },
    ...(isAny && { facts: { drawn: { value: drawsInJson(draws) } } }),
    drawn: draws.map(({ input }) => input),
  };
}

/** The maximum count of numbers that are drawn: 800 MB. */
const MAX_NUMBERS = 100_000_000;

/** Draws the matrices, by name. Throws BAD_VALUE if there are too many numbers. */
function drawMatrices(draws: readonly Draw[], seed: number): Problem<object>["matrices"] {
  refuseTooMany(draws);
  return Object.fromEntries(
    draws.map(({ input, rows, cols, distribution }) => [
      input,
      drawMatrix(distribution, rows, cols, { seed, name: input }),
    ]),
  );
}

/** Returns the draws that a command accepts, without those that were given or replaced by other given inputs. */
function wantedDraws(
  { matrices, mask }: Problem<object>,
  draws: readonly Draw[],
  accepts: readonly InputName[],
): readonly Draw[] {
  const isGiven = (name: InputName) => (name === "mask" ? mask : matrices[name]) !== undefined;
  return draws.filter(
    ({ input, unless = [] }) => accepts.includes(input) && ![input, ...unless].some(isGiven),
  );
}

function refuseTooMany(draws: readonly Draw[]) {
  const count = draws.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  if (count <= MAX_NUMBERS) return;
  const gigabytes = (count * 8) / 1e9;
  refuseAs(
    "BAD_VALUE",
    `This would draw ${count} numbers, ${gigabytes.toPrecision(3)} GB; at most ${MAX_NUMBERS} are drawn.`,
    `Draw fewer rows (${setting("length")}) or columns (${setting("dModel")}), or fewer heads, which keep their size (${setting("heads")} 1).`,
  );
}

/** Describes what is drawn and from which distributions: "x N(0, 1); wq, wk, wv, wo N(0, 0.02²)". */
function describeDraws(draws: readonly Draw[]): string {
  const names = new Map<string, string[]>();
  for (const { input, distribution } of draws) remember(names, distribution.text, () => []).push(input);
  return Array.from(names, ([text, inputs]) => `${inputs.join(", ")} ${text}`).join("; ");
}

/** Returns the same description for programs. */
function drawsInJson(draws: readonly Draw[]): FactValue {
  return Object.fromEntries(
    draws.map(({ input, rows, cols, distribution }) => [
      input,
      { shape: [rows, cols], distribution: distribution.text },
    ]),
  );
}
