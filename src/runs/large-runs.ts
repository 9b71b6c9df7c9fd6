import { INPUTS } from "../attention/inputs.js";
import type { Needs } from "../attention/keeping.js";
import type { Files } from "../input/read.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import type { CommandSpec } from "./command-spec.js";
import type { Io } from "./io.js";
import type { ViewSettings } from "./views.js";

// What is decided for runs that may be large.

/**
 * Single n×m steps and answers of people to them need them kept, however large they are. Of a run that is written as its output
 * alone nobody sees them, and answers of machines are judged from their rows.
 */
export function needsOf(
  { steps = [], only, check, why, uses }: Partial<ViewSettings>,
  format: FormatName,
  isOfMachine: boolean,
): Needs {
  if (isOfMachine && steps.length === 0 && why === undefined && uses === undefined) return "output";
  const names = [...(steps === "all" ? ["all"] : steps), only ?? "output"];
  if (check !== undefined || !names.every(isKeptAnyway)) return "steps";
  const isOutputAlone = FORMATS[format].holds === "matrix" || (format === "json" && only !== undefined);
  return isOutputAlone && why === undefined && uses === undefined ? "output" : "view";
}

/** Steps of a model that are seen without its n×m steps. */
const BESIDE_PAIRS = /^(?:.*\/)?(?:embedding|residual|final-norm|logits|probabilities)$/;

/** The output, what a model has come to, and gradients by what was given: no n×m step unless that was one. */
const isKeptAnyway = (name: string) =>
  name === "output" ||
  BESIDE_PAIRS.test(name) ||
  (name.startsWith("d-") && name !== "d-scores" && Object.hasOwn(INPUTS, name.slice("d-".length)));

/** From so many bytes of input on there is work for two threads, and the second one starts while the first reads. */
const BYTES_WORTH_A_HELPER = 6_000_000;

/** The files, with a helper started once enough of them have been opened for a command that it can help. */
export function withHelper(files: Files, command: CommandSpec, io: Io): Files {
  if (!("stream" in command.settings)) return files;
  let bytes = 0;
  return {
    ...files,
    openFile(path) {
      const stored = files.openFile(path);
      if (bytes < BYTES_WORTH_A_HELPER && bytes + stored.size >= BYTES_WORTH_A_HELPER) void io.startHelper();
      bytes += stored.size;
      return stored;
    },
  };
}
