import { choice, flag, type SettingsIn, settingTable, takes } from "../../attention/setting.js";
import { identify } from "../../check/identify/identify.js";
import { probe } from "../../check/identify/probe.js";
import { refuse } from "../../errors.js";
import { inputNamed } from "../../input/names.js";
import type { Files } from "../../input/open.js";
import { numbersOf } from "../../math/nd-array.js";
import { describeIdentified, identifiedToJson, isWhole } from "../../render/identified.js";
import { describeIdentifiedDump, identifiedDumpToJson } from "../../render/identified-dump.js";
import { isOfMachine } from "../../render/named-check.js";
import { judgeRead } from "../../runs/check/judge-run.js";
import { pick, type Values } from "../../runs/command-spec.js";
import { type Io, writeNotes } from "../../runs/io.js";
import { type Conflict, idleNotes, type Need, need, refuseConflicts } from "../../runs/needs.js";
import { readArrays } from "../../runs/read/read-arrays.js";
import { quoteWord } from "../../runs/shell-quotes.js";
import { attend } from "../attend.js";
import { dumpsAmong, isDumpInTwo, lookAmong } from "../class/content-of-words.js";
import { type Page, showing } from "../showing.js";
import { PROBE_AXES, type ProbeAxes, probeArchive, readProbeAnswers } from "./read-probe-answers.js";

const SETTINGS = settingTable("Identify", {
  probe: {
    help: "write the problems as .npz to standard output: q, k, v, and a mask for a second run",
    brief: "write the problems as .npz to standard output",
    parse: flag,
  },
  run: takes("<command>", String, "let a command answer them: {in} and {out} stand for the files", {
    brief: "let a command answer them: {in} and {out} are the files",
  }),
  axes: takes(
    "<order>",
    choice(...PROBE_AXES),
    "with --probe or --run: the layout of q, k and v: bhnd (batch, head, token, column), bnhd, hnd, nhd (default bhnd)",
  ),
});

type IdentifySettings = SettingsIn<typeof SETTINGS>;

/** The options, with the word that names a file of answers. */
interface IdentifyOptions extends IdentifySettings {
  readonly ANSWERS?: string | undefined;
}

const CONFLICTS: readonly Conflict<IdentifyOptions>[] = [
  {
    names: ["probe", "run", "ANSWERS"],
    hint: "Write the probe, or give its answers, or let --run do both.",
  },
];

const NEEDS: readonly Need<IdentifyOptions>[] = [
  need(
    "the layout of the probe; the layout of answers is recognised",
    ({ probe, run }) => probe === true || run !== undefined,
    "axes",
  ),
];

export const identifyKernel = showing({
  name: "identify",
  summary: "Finds the conventions of a kernel, from its answers to two small problems or from a dump.",
  examples: [
    ["two problems for a kernel", "qkv identify --probe > probe.npz"],
    [
      "the same with tokens before heads, as in flash-attention",
      "qkv identify --probe --axes bnhd > probe.npz",
    ],
  ],
  usage: "[ANSWERS] [options]  or  DUMP… [options]",
  takesWords: "several",
  wordsHelp:
    "the answers: out and out_masked, with lse and lse_masked if the kernel gives them (.npz, .safetensors, .pt, .npy). Or a dump with its own q, k and v beside its output: dump.npz, or q.npy k.npy v.npy o.npy",
  settings: SETTINGS,
  async page(words, values, io) {
    const [argument] = words;
    const options: IdentifyOptions = { ...(pick(SETTINGS, values) as IdentifySettings), ANSWERS: argument };
    const { probe, run, axes = "bhnd" } = options;
    refuseConflicts(CONFLICTS, options);
    if (!probe && (run ?? argument) === undefined) {
      refuse(
        "There is nothing to identify.",
        "Write two problems with qkv identify --probe > probe.npz, run the kernel on them, and give its answers.",
      );
    }
    writeNotes(io, idleNotes(NEEDS, options));
    if (probe) return probeArchive(axes);
    const ofDump = run === undefined ? await identifyDump(words, io) : undefined;
    if (ofDump) return ofDump;
    if (words.length > 1)
      refuse(
        "The answers to the probe must be in one file.",
        `To check a sheet or a dump: qkv check ${words.join(" ")}.`,
      );
    const read = await (run === undefined
      ? readProbeAnswers(argument ?? "-", io.files)
      : answersOf(run, axes, io));
    const { plain, masked } = read;
    const found = identify(plain, masked);
    const about = {
      axes: read.axes,
      hasMask: masked !== undefined,
      hasLogSumExp: plain.logSumExp !== undefined,
    };
    return {
      document: describeIdentified(found, about),
      json: { schema: "qkv/identify/1", ...identifiedToJson(found, about) },
      exitCode: isWhole(found, about) ? 0 : 1,
    };
  },
});

/**
 * Runs a command that answers the probe, and reads its answers. Throws USAGE if the command does not contain {in} and
 * {out}, or if it fails.
 */
async function answersOf(command: string, axes: ProbeAxes, io: Io) {
  if (!command.includes("{in}") || !command.includes("{out}")) {
    refuse(
      "--run needs {in} and {out} in its command.",
      "They stand for the files: --run 'python kernel.py {in} {out}'.",
    );
  }
  const folder = await io.makeTemporaryFolder();
  try {
    const [given, made] = [`${folder.path}/probe.npz`, `${folder.path}/out.npz`];
    await io.writeFiles([[given, [await probeArchive(axes)]]], { force: false });
    const quoted = (path: string) => () => quoteWord(path, io.platform);
    const exitCode = await io.runShell(
      command.replaceAll("{in}", quoted(given)).replaceAll("{out}", quoted(made)),
    );
    if (exitCode !== 0) {
      refuse(
        `The command of --run ended with exit code ${exitCode}.`,
        "Run it by hand on the file that qkv identify --probe writes.",
      );
    }
    return await readProbeAnswers(`@${made}`, io.files);
  } finally {
    folder.remove();
  }
}

/**
 * Finds the conventions that make a dump with its own q, k and v right. They are those of the run, or the settings that
 * make it right. With such settings it is judged once more. Returns undefined if the words name no single dump, or the
 * answers to the probe.
 */
async function identifyDump(words: readonly string[], io: Io): Promise<Page | undefined> {
  const looked = (await Promise.all(words.map(lookAmong(io.files)))).flat();
  const [dump, another] = isDumpInTwo(looked) ? [words] : (dumpsAmong(looked) ?? []);
  if (!dump || another || (await containsProbe(dump[0], io.files))) return undefined;
  const judgedWith = (values: Values) => judgeRead({ command: attend, words: dump, values }, io);
  const asRead = await judgedWith({});
  // Numbers in a text are a kernel's here, not a person's.
  const first = isOfMachine(asRead.check) ? asRead : await judgedWith({ dtype: "float64" });
  const { rightWith: settings = {} } = isOfMachine(first.check) ? first.check : {};
  const { run, check } = Object.keys(settings).length > 0 ? await judgedWith(settings) : first;
  if (!isOfMachine(check)) return undefined;
  const found = { words: dump, settings, check, conventions: run.trace.conventions };
  return {
    document: describeIdentifiedDump(found),
    json: { schema: "qkv/identify/1", ...identifiedDumpToJson(found) },
    exitCode: check.verdict === "differs" ? 1 : 0,
  };
}

/** Whether the queries of a file are those of the probe, in any order. */
async function containsProbe(word: string, files: Files) {
  const { arrays } = await readArrays(word, files, "the dump", "");
  const array = arrays.find(({ name }) => inputNamed(name) === "query")?.value.array;
  const sumOf = (numbers: Float64Array) => numbers.reduce((sum, one) => sum + one, 0);
  const { data } = probe().query;
  const numbers = array ? numbersOf(array) : [];
  // The numbers of the probe are multiples of 1/8, so their sum is exact.
  return numbers.length === data.length && sumOf(Float64Array.from(numbers)) === sumOf(data);
}
