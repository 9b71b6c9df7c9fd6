import { parseSettings, type SettingsIn } from "../attention/setting.js";
import { multihead } from "../commands/multihead.js";
import { refuseAs } from "../errors.js";
import { inputNamed } from "../input/names.js";
import { storedBytes } from "../input/read.js";
import { type MachineReport, machineCheckToJson } from "../render/check-machine-json.js";
import { type NamedArray, safetensorsOf } from "../render/formats/safetensors.js";
import { isOfMachine } from "../render/named-check.js";
import { judgeRead } from "../runs/check/judge-run.js";
import { settingsOf, type Values } from "../runs/command-spec.js";
import type { Io } from "../runs/io.js";
import { readingSettings } from "../runs/read/reading-settings.js";
import { VIEW_SETTINGS } from "../runs/views.js";
import { type GivenArray, toArray } from "./arrays.js";
import { inKeysLater, textsInKeys } from "./in-keys.js";
import { isNamed } from "./plain.js";
import type { MultiheadSettings } from "./record.js";

const { atol, rtol, rule, rows } = VIEW_SETTINGS;
const { axes, batch } = readingSettings(multihead, multihead.inputs);

const JUDGE_SETTINGS = { ...settingsOf(multihead), axes, batch, atol, rtol, rule, rows };

/**
 * How arrays are judged: the settings of the attention, as in `multihead`, the layout of the axes, and the tolerance.
 */
export type JudgeSettings = Partial<MultiheadSettings> &
  Partial<SettingsIn<Pick<typeof VIEW_SETTINGS, "atol" | "rtol" | "rule" | "rows">>> & {
    /** "bhnd" (batch, head, position, column), "bnhd", "hnd", "nhd". */
    readonly axes?: string;
    /** Judges only this batch. */
    readonly batch?: number;
  };

/**
 * The content of "check" in `qkv check dump.npz --json`, and how the arrays were read: their axis order and their
 * names.
 */
export type JudgeReport = MachineReport & { readonly notes: readonly string[] };

/**
 * Judges what a machine computed, for all heads and batches, as `qkv check dump.npz` does: `await judge({ q, k, v }, {
 * output }, { causal: true })`. Inputs and answers may be in one object, as in a dump. Arrays have any number of axes.
 * The names are those that files may have: `o`, `lse`, `dq`. Rejects with UserError if arrays do not fit, for unknown
 * names, and if there is nothing to judge.
 */
export function judge(
  inputs: Readonly<Record<string, GivenArray>>,
  answers: Readonly<Record<string, GivenArray>> = {},
  settings: JudgeSettings = {},
): Promise<JudgeReport> {
  return inKeysLater(async () => {
    if (![inputs, answers, settings].every(isNamed))
      refuseAs("BAD_VALUE", "judge takes inputs, answers and settings by name.", `Write ${CALL}.`);
    const given = [...namedArrays(inputs), ...namedArrays(answers)];
    const twice = given.find(({ name }, at) => given.findIndex((other) => other.name === name) < at);
    if (twice)
      refuseAs("CONFLICTING_INPUTS", `"${twice.name}" is both an input and an answer.`, "Give it once.");
    if (given.every(({ name }) => inputNamed(name) !== undefined))
      refuseAs("MISSING_INPUT", "There is no answer to judge.", `Add the output: ${CALL}.`);
    const values = parseSettings(JUDGE_SETTINGS, { ...settings });
    const { check, notes } = await judgeArrays(given, values);
    return textsInKeys({ ...machineCheckToJson(check), notes });
  });
}

const namedArrays = (arrays: Readonly<Record<string, GivenArray | undefined>>) =>
  Object.entries(arrays).flatMap(([name, array]) => (array === undefined ? [] : [toArray(name, array)]));

const CALL = "await judge({ q, k, v }, { output }, { causal: true })";

/** The name of the dump in messages. */
const DUMP = "arrays.safetensors";

/**
 * Judges arrays in memory like a dump with inputs and outputs under their usual names. `values` are those of the
 * options. Throws the errors of reading and judging a dump.
 */
async function judgeArrays(arrays: readonly NamedArray[], values: Values) {
  const stored = storedBytes(Buffer.concat([...safetensorsOf(arrays)]));
  const files: Io["files"] = {
    openFile: () => stored,
    openStdin: () => storedBytes(new Uint8Array()),
    exists: (path) => path === DUMP,
  };
  // Reading matrices uses only these members of Io.
  const io = { files, startHelper: async () => {}, isTerminal: () => false } as Partial<Io> as Io;
  const { check, run } = await judgeRead({ command: multihead, words: [DUMP], values }, io);
  if (!isOfMachine(check)) throw new RangeError("arrays are what a machine computed");
  return { check, notes: run.reading.announced };
}
