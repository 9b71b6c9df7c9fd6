import { INPUTS } from "../attention/inputs.js";
import type { Needs } from "../attention/recorder.js";
import type { Files } from "../input/read.js";
import { FORMATS, type FormatName } from "../render/formats/registry.js";
import type { CommandSpec } from "./command-spec.js";
import type { Io } from "./io.js";
import type { ViewSettings } from "./views.js";

// Decisions for runs that may be large.

/**
 * Returns which steps a run must keep. Single n×m steps, and people's answers to them, must be kept, however large they
 * are. If only the output is written, nobody sees these steps. A machine's answers are judged from rows, which need no
 * kept steps.
 */
export function needsOf(
  { steps = [], only, check, why, uses }: Partial<ViewSettings>,
  format: FormatName,
  isOfMachine: boolean,
): Needs {
  if (isOfMachine && steps.length === 0 && why === undefined && uses === undefined) return "output";
  const names = [...(steps === "all" ? ["all"] : steps), only ?? "output"];
  const isExplained = (why ?? uses) !== undefined;
  if (check === undefined && !isExplained && names.every((name) => /^(?:layer-)?costs$/.test(name)))
    return "costs";
  if (check !== undefined || !names.every(isKeptAnyway)) return "steps";
  const isOutputAlone = FORMATS[format].holds === "matrix" || (format === "json" && only !== undefined);
  return isOutputAlone && !isExplained ? "output" : "view";
}

/** Steps of a model that are shown without its n×m steps. */
const BESIDE_PAIRS = /^(?:.*\/)?(?:embedding|residual|final-norm|logits|probabilities)$/;

/**
 * Whether a step is kept in any case: the output, the results of a model, and the gradients of inputs. None of them is
 * an n×m step, except the gradient of an n×m input.
 */
const isKeptAnyway = (name: string) =>
  name === "output" ||
  BESIDE_PAIRS.test(name) ||
  (name.startsWith("d-") && name !== "d-scores" && Object.hasOwn(INPUTS, name.slice("d-".length)));

/** The number of input bytes from which a second thread is worth it. It starts while the first thread reads. */
const BYTES_WORTH_A_HELPER = 6_000_000;

/** Returns Files that start the helper when enough bytes were opened. Only for commands that the helper can support. */
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
