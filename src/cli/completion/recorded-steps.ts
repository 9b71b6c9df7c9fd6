import type { AnySettingTable } from "../../attention/setting.js";
import { userError } from "../../errors.js";
import type { Io } from "../../runs/io.js";
import type { Values } from "../../runs/request.js";
import type { Trace } from "../../trace/trace.js";
import { parseCommandLine } from "../parse.js";

/** The largest file in bytes that is read for a completion. A larger one would take too long. */
const LARGEST_READ = 4_000_000;

/**
 * Records the run that is typed so far. If its input is missing, records the built-in example with the same settings,
 * because its steps have the same names. Returns undefined if the words do not make sense.
 */
export async function recordBegun(typed: readonly string[], io: Io): Promise<Trace | undefined> {
  const line = await unlessRefused(() => parseCommandLine(typed));
  const { record, settings } = line?.command ?? {};
  if (!line || !record || !settings) return undefined;
  const work = (words: readonly string[], values: Values) =>
    // The cell after --why is still being typed, so any cell stands for it.
    unlessRefused(() => record({ words, values: { ...values, why: "any" } }, io, LARGEST_READ));
  return (await work(line.words, line.values)) ?? (await work([], onDemo(line.values, settings)));
}

/** Returns the same settings on the built-in example, without the input. */
function onDemo(values: Values, settings: AnySettingTable): Values {
  const isGiven = (name: string) =>
    ["<matrix>", "<names>"].includes(settings[name].value ?? "") || name === "transpose" || name === "batch";
  const kept = Object.entries(values).filter(([name]) => !isGiven(name));
  return { ...Object.fromEntries(kept), demo: true };
}

const unlessRefused = <T>(body: () => Promise<T>): Promise<T | undefined> =>
  body().catch((error) => void userError(error));
