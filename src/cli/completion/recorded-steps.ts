import type { AnySettingTable } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import type { Shape } from "../../math/matrix.js";
import type { Io } from "../../runs/io.js";
import type { Request, Values } from "../../runs/request.js";
import type { Axis, Trace } from "../../trace/trace.js";
import { parseCommandLine } from "../parse.js";

/** A matrix of a run, as far as it is known before a number of it is worked out. */
export interface RecordedStep {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly shape: Shape;
  readonly axes: readonly [Axis, Axis];
  readonly isInput: boolean;
}

/** The matrices of the run that these words of a command line begin; none when they make no sense. */
export type RecordSteps = (words: readonly string[]) => Promise<readonly RecordedStep[]>;

/** A file that is larger is not read while someone waits for a word. */
const LARGEST_READ = 4_000_000;

/** Of what is there, else of the built-in example with the same settings: the names of steps are the same. */
export function recordSteps(io: Io): RecordSteps {
  return async (words) => {
    const line = await unlessRefused(() => parseCommandLine(words));
    const { record, settings } = line?.command ?? {};
    if (!line || !record || !settings) return [];
    // The cell that is asked for is the one that is being written.
    const values = { ...line.values, why: "any" };
    const work = (request: Request) => unlessRefused(() => record(request, io, LARGEST_READ));
    const trace =
      (await work({ words: line.words, values })) ??
      (await work({ words: [], values: onDemo(values, settings) }));
    return trace ? matricesOf(trace) : [];
  };
}

/** The same without what was given, on the built-in example. */
function onDemo(values: Values, settings: AnySettingTable): Values {
  const isGiven = (name: string) =>
    ["<matrix>", "<names>"].includes(settings[name]?.value ?? "") || name === "transpose" || name === "batch";
  const kept = Object.entries(values).filter(([name]) => !isGiven(name));
  return { ...Object.fromEntries(kept), demo: true };
}

async function unlessRefused<T>(body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function matricesOf(trace: Trace): readonly RecordedStep[] {
  const steps = trace.steps.map(({ key, id, title, shape, axes }) => {
    return { key, id, title, shape, axes, isInput: false };
  });
  const inputs = trace.inputs.map(({ name, matrix: { rows, cols }, axes }) => {
    return { key: name, id: name, title: "given", shape: { rows, cols }, axes, isInput: true };
  });
  return [...steps, ...inputs];
}
