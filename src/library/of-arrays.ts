import { INPUTS, type InputName } from "../attention/inputs.js";
import { refuseAs } from "../errors.js";
import { axesText } from "../input/arrays/axes.js";
import type { HeadArrays } from "../input/arrays/head-arrays.js";
import type { Parsed } from "../input/forms/form.js";
import { problemOf, type SourcedProblem } from "../input/read.js";
import { createGathered } from "../input/source-matrices.js";
import type { Value } from "../input/value.js";
import { tabulate } from "../math/lists.js";
import { ndArray } from "../math/nd-array.js";
import { once } from "../math/remember.js";
import { type CommandSpec, settingsOf } from "../runs/command-spec.js";
import { severalAlong } from "../runs/read/choose-part.js";
import { type GivenArray, notANumber, toArray } from "./arrays.js";
import type { Given } from "./homework.js";
import { type NdArray, stacked } from "./nd-array.js";
import { type ArraysSettings, type AttendInputs, namedInputs, requireNamed, toSettings } from "./plain.js";
import { areAlike, type Run } from "./run.js";

// Arrays with axes for batches and heads are a list of problems, computed one by one. The results are arrays for all of
// them.

/** Reads what a script gave as the command line reads a file. Throws the errors of reading. */
export function readGiven(
  command: CommandSpec,
  inputs: AttendInputs,
  given: object,
  { axes, transpose = [] }: ArraysSettings = {},
): SourcedProblem {
  const { tokens, keyTokens, ...arrays } = requireNamed(command, inputs);
  const settings = toSettings(command, given);
  const gathered = {
    ...createGathered(),
    ...(tokens && { tokens }),
    ...(keyTokens && { keyTokens }),
    settings,
  };
  for (const [word, array] of Object.entries(namedInputs(command, arrays))) {
    const name = word as InputName;
    gathered.matrices.set(name, { name, value: arrayValue(name, array), parsed: inMemory(name) });
  }
  const { heads, kvHeads, maskTrue } = settings as Readonly<Record<string, never>>;
  return problemOf(gathered, {
    transpose: [transpose].flat(),
    accepts: command.inputs,
    settings: settingsOf(command),
    arrays: command.inputs.includes("query")
      ? { axes, heads, kvHeads, maskTrue, oneHead: command.ofHeads !== undefined }
      : undefined,
  });
}

/**
 * Records what was read. From arrays it records the first batch (and the first head, for a command of one head). The
 * results are those of all: `output` is batches×heads×n×d_v. Throws SHAPE_MISMATCH if sequences of different lengths
 * give results of different shapes.
 */
export function recordArrays(
  command: CommandSpec,
  read: SourcedProblem,
  record: (problem: Given) => Run,
): Run {
  const { settings } = read;
  const isOfOneHead = command.ofHeads !== undefined;
  const { arrays: laid, readPart } = read;
  if (!laid || !readPart) return record(read);
  const parts = tabulate(laid.batches, (batch) =>
    tabulate(isOfOneHead ? laid.heads : 1, (head) => {
      const part = readPart({ batch, head: isOfOneHead ? head : undefined });
      return { ...part, settings: { ...settings, ...part.settings } };
    }),
  );
  const runs = parts.map((heads) => heads.map((part) => once(() => record(part))));
  /**
   * Joins the same array of each part. It has an axis for batches in front and, for a command of one head, one for
   * heads.
   */
  const whole = (take: (run: Run) => NdArray) =>
    together(
      runs.map((heads) =>
        isOfOneHead
          ? together(
              heads.map((run) => take(run())),
              "head",
            )
          : take(heads[0]()),
      ),
      "batch",
    );
  const shown = record(parts[0][0]);
  const result = (name: "output" | "weights") => ({
    get: () => shown.results[name] && whole((run) => run[name] ?? noArray(name)),
  });
  return Object.defineProperties(shown, {
    warnings: { value: [...shown.warnings, ...whichIsShown(laid, isOfOneHead)], enumerable: true },
    output: result("output"),
    weights: result("weights"),
    step: { value: (id: string) => whole((run) => run.step(id)) },
  });
}

/** Returns a warning that says which batch and head the steps belong to, if there are several. */
function whichIsShown(laid: HeadArrays, isOfOneHead: boolean): readonly string[] {
  const several = severalAlong(laid, isOfOneHead);
  if (several.length === 0) return [];
  const all = several.map(({ text }) => text).join(" × ");
  const shown = several.map(({ axis }) => `${axis} 0`).join(", ");
  return [`read the arrays as ${axesText(laid.axes)}: ${all}. The steps are those of ${shown}`];
}

function arrayValue(name: InputName, given: unknown): Value {
  const { shape, data, isTrue } = toArray(name, (given === "ones" ? 1 : given) as GivenArray);
  if (isTrue && INPUTS[name].kind === "numbers") throw notANumber(name, true);
  const numbers = data instanceof Float64Array ? data : Float64Array.from(data);
  const array = ndArray(shape.length < 2 ? [1, data.length] : shape, numbers);
  return { kind: "array", start: 0, array, pickedAs: name };
}

/** Returns a stand-in for the parsed file of an array that is already in memory. */
const inMemory = (name: string): Parsed => ({
  source: { name, kind: "literal", bytes: new Uint8Array(), isBinary: true },
  value: { kind: "list", start: 0, items: [] },
  form: "an array",
  remarks: [],
  spanOf: () => ({ start: 0, end: 0 }),
});

function together(arrays: readonly NdArray[], axis: string): NdArray {
  if (areAlike(arrays)) return stacked(arrays, axis);
  refuseAs(
    "SHAPE_MISMATCH",
    "The sequences have different lengths, so one array cannot hold their results.",
    {
      hint: "Give one batch at a time.",
    },
  );
}

const noArray = (name: string): never => {
  throw new RangeError(`one head has no array ${name}`);
};
