import type { AnySettingTable } from "../../attention/setting.js";
import { userError } from "../../errors.js";
import type { Io } from "../../runs/io.js";
import type { Values } from "../../runs/request.js";
import type { Trace } from "../../trace/trace.js";
import { parseCommandLine } from "../parse.js";

/** A file that is larger is not read while someone waits for a word. */
const LARGEST_READ = 4_000_000;

/**
 * The run that these words of a command line begin: of what is there, else of the built-in example with the same settings, since the
 * names of steps are the same. Undefined when they make no sense.
 */
export async function recordBegun(typed: readonly string[], io: Io): Promise<Trace | undefined> {
  const line = await unlessRefused(() => parseCommandLine(typed));
  const { record, settings } = line?.command ?? {};
  if (!line || !record || !settings) return undefined;
  const work = (words: readonly string[], values: Values) =>
    // The cell that is asked for is the one that is being written.
    unlessRefused(() => record({ words, values: { ...values, why: "any" } }, io, LARGEST_READ));
  return (await work(line.words, line.values)) ?? (await work([], onDemo(line.values, settings)));
}

/** The same without what was given, on the built-in example. */
function onDemo(values: Values, settings: AnySettingTable): Values {
  const isGiven = (name: string) =>
    ["<matrix>", "<names>"].includes(settings[name].value ?? "") || name === "transpose" || name === "batch";
  const kept = Object.entries(values).filter(([name]) => !isGiven(name));
  return { ...Object.fromEntries(kept), demo: true };
}

const unlessRefused = <T>(body: () => Promise<T>): Promise<T | undefined> =>
  body().catch((error) => void userError(error));
