import { type AnySettingTable, choice, flag, type SettingsIn } from "../../attention/setting.js";
import { identify } from "../../check/identify/identify.js";
import { UserError } from "../../errors.js";
import { describeIdentified, identifiedToJson, isWhole } from "../../render/identified.js";
import type { Io } from "../../runs/io.js";
import { idleNote } from "../../runs/needs.js";
import { pick } from "../../runs/request.js";
import { quoteWord } from "../../runs/shell-quotes.js";
import { showing } from "../page.js";
import { PROBE_AXES, type ProbeAxes, probeArchive } from "./probe-file.js";
import { readProbeAnswers } from "./read-probe-answers.js";

const SETTINGS = {
  probe: {
    flag: "--probe",
    help: "write the problems as .npz to standard output: q, k, v, and a mask for a second run",
    group: "Identify",
    brief: "write the problems as .npz to standard output",
    parse: flag,
  },
  run: {
    flag: "--run <command>",
    help: "let a command answer them: {in} and {out} stand for the files",
    group: "Identify",
    brief: "let a command answer them: {in} and {out} are the files",
    parse: String,
  },
  axes: {
    flag: "--axes <order>",
    help: "with --probe or --run: how q, k and v lie: bhnd (batch, head, token, column), bnhd, hnd, nhd (default bhnd)",
    group: "Identify",
    parse: choice(...PROBE_AXES),
  },
} satisfies AnySettingTable;

type IdentifySettings = SettingsIn<typeof SETTINGS>;

export const identifyKernel = showing({
  name: "identify",
  summary: "The conventions of a kernel, read off its answers to two small problems.",
  examples: [
    ["two problems for a kernel", "qkv identify --probe > probe.npz"],
    [
      "the same with tokens before heads, as flash-attention has them",
      "qkv identify --probe --axes bnhd > probe.npz",
    ],
  ],
  usage: "[ANSWERS] [options]",
  wordsHelp:
    "the answers: out and out_masked, with lse and lse_masked where the kernel gives them (.npz, .safetensors, .pt, .npy)",
  settings: SETTINGS,
  offers: async () => [],
  async page(argument, values, io) {
    const settings = pick(SETTINGS, values) as IdentifySettings;
    const { probe, run, axes } = settings;
    refuseMixed(argument, settings);
    if (axes !== undefined && !probe && run === undefined) {
      io.writeError(
        `note: ${idleNote({ name: "axes", of: "how the probe is written; how answers lie is found out" })}\n`,
      );
    }
    if (probe) return probeArchive(axes ?? "bhnd");
    const read =
      run === undefined
        ? await readProbeAnswers(argument ?? "-", io.files)
        : await answersOf(run, axes ?? "bhnd", io);
    const found = identify(read.plain, read.masked);
    const about = {
      axes: read.axes,
      hasMask: read.masked !== undefined,
      hasLogSumExp: read.plain.logSumExp !== undefined,
    };
    return {
      document: describeIdentified(found, about),
      json: { schema: "qkv/identify/1", ...identifiedToJson(found, about) },
      exitCode: isWhole(found, about) ? 0 : 1,
    };
  },
});

/** Throws USAGE unless one thing is asked for. */
function refuseMixed(argument: string | undefined, { probe, run }: IdentifySettings): void {
  const asked = [
    probe ? "--probe" : "",
    run === undefined ? "" : "--run",
    argument === undefined ? "" : "a file of answers",
  ].filter(Boolean);
  if (asked.length > 1) {
    throw new UserError("USAGE", `${asked.join(" and ")} do not go together.`, {
      hint: "Write the probe, or give its answers, or let --run do both.",
    });
  }
  if (asked.length === 0) {
    throw new UserError("USAGE", "There is nothing to identify.", {
      hint: "Write two problems with qkv identify --probe > probe.npz, run the kernel on them, and give its answers.",
    });
  }
}

/** Has a command answer the probe. Throws USAGE for one without {in} and {out}, and for one that fails. */
async function answersOf(command: string, axes: ProbeAxes, io: Io) {
  if (!command.includes("{in}") || !command.includes("{out}")) {
    throw new UserError("USAGE", "--run needs {in} and {out} in its command.", {
      hint: "They stand for the files: --run 'python kernel.py {in} {out}'.",
    });
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
      throw new UserError("USAGE", `The command of --run ended with exit code ${exitCode}.`, {
        hint: "Run it by hand on the file that qkv identify --probe writes.",
      });
    }
    return await readProbeAnswers(`@${made}`, { ...io.files });
  } finally {
    folder.remove();
  }
}
