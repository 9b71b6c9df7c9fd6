import type { LoadedModel } from "../../attention/model/architecture.js";
import { UserError } from "../../errors.js";
import { loadedModel } from "../../input/model/plain-model.js";
import { readModel } from "../../input/model/read-model.js";
import { createOpener } from "../../input/open.js";
import { readProblem, type SourcedProblem } from "../../input/read.js";
import { textOf } from "../../input/source.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import type { Io } from "../io.js";
import { withHelper } from "../large-runs.js";
import type { RunRequest, Values } from "../request.js";
import { readRequest } from "./read-request.js";

/**
 * Reads the model that a command line names, and the text that it is run on where that is neither typed nor built in. Throws
 * USAGE for no model or several, and what reading throws.
 */
export async function readModelRun(
  request: RunRequest,
  typed: FinishedRun["settings"],
  io: Io,
): Promise<SourcedProblem> {
  const { command, words, values } = request;
  if (values.batch !== undefined && values.check === undefined) {
    throw new UserError(
      "USAGE",
      `${setting("batch")} says which text of a dump is compared, and there is no ${setting("check")}.`,
      {
        hint: `Leave it out, or add ${setting("check")} DUMP.`,
      },
    );
  }
  const reading = await readProblem({ ...readRequest(request), sources: [] }, io.files);
  if (values.demo) {
    const drawn =
      typed.preset !== undefined
        ? [`${setting("preset")} ${typed.preset}`]
        : typed.random
          ? [setting("random")]
          : [];
    const others = [...words, ...drawn];
    if (others.length > 0) throw severalModels([...others, setting("demo")]);
    const { settings = {}, ...inputs } = JSON.parse(command.demo());
    const given = readText(values, typed, io) ?? settings;
    const model = loadedModel(inputs);
    const notices = [...reading.notices, describeLoaded("the built-in model", model)];
    return { ...reading, model, notices, modelName: setting("demo"), settings: typed.ids ? {} : given };
  }
  if (typed.preset !== undefined || typed.random === true)
    return await drawModel(request, reading, typed, io);
  const [path, ...others] = words;
  if (path === undefined) {
    throw new UserError("USAGE", "no model is named.", {
      hint: `Give its folder: qkv model DIR ${setting("text")} "…"; or ${setting("demo")} for the built-in one.`,
    });
  }
  if (others.length > 0) throw severalModels(words);
  const model = await readModel(path, withHelper(io.files, command, io));
  const notices = [...reading.notices, describeLoaded(path, model)];
  return {
    ...reading,
    model,
    notices,
    modelName: path,
    settings: readText(values, typed, io) ?? readStdin(typed, io),
  };
}

/** A published model with drawn weights, on the tokens that are given, else on drawn ones. Throws USAGE and BAD_VALUE. */
async function drawModel(
  { words, values }: RunRequest,
  reading: SourcedProblem,
  typed: FinishedRun["settings"],
  io: Io,
): Promise<SourcedProblem> {
  const { preset, random, seed = 0, length = DEFAULT_LENGTH } = typed;
  if (preset === undefined || random !== true) {
    const [given, missing] =
      preset === undefined ? [setting("random"), setting("preset")] : [setting("preset"), setting("random")];
    throw new UserError(
      "USAGE",
      `${given}: a model is drawn by ${setting("preset")} and ${setting("random")} together.`,
      {
        hint: `Add ${missing}${missing === setting("preset") ? " gpt2" : ""}, or leave out ${given}.`,
      },
    );
  }
  if (words.length > 0) throw severalModels([...words, `${setting("preset")} ${preset}`]);
  const { findSystem } = await import("../../systems/registry.js");
  const { drawIds, drawnModel } = await import("../../systems/drawn/drawn-model.js");
  const named = findSystem(String(preset));
  const lastLayer = values.layer === undefined ? undefined : Number(values.layer);
  const model = drawnModel(named, typed, Number(seed), lastLayer);
  const text = readText(values, typed, io);
  const isGiven = text !== undefined || typed.ids !== undefined || typed.text !== undefined;
  // The command that repeats a run names both, and they agree.
  const agrees = Array.isArray(typed.ids) && typed.ids.length === typed.length;
  if (isGiven && typed.length !== undefined && !agrees) {
    throw new UserError(
      "CONFLICTING_INPUTS",
      `${setting("length")} is about drawn tokens, and others are given.`,
      {
        hint: "Leave one of them out.",
      },
    );
  }
  const drawn = (what: "ids" | "decoder-ids") => drawIds(model, Number(length), Number(seed), what);
  const hasTarget = typed.decoderIds !== undefined || typed.decoderText !== undefined;
  const settings = {
    ...(isGiven ? text : { ids: drawn("ids") }),
    ...(model.architecture.encoder && !hasTarget && { decoderIds: drawn("decoder-ids") }),
  };
  const { numLayers, heads, dModel, vocabulary } = model.architecture;
  const notice = `drew ${preset}: ${numLayers} layers of ${heads} heads, d_model ${dModel}, vocabulary ${vocabulary}`;
  return { ...reading, model, notices: [...reading.notices, notice], settings };
}

const DEFAULT_LENGTH = 6;

/** "read gpt2 from DIR: 12 layers of 12 heads, d_model 768, vocabulary 50257". */
function describeLoaded(path: string, { architecture, tokenizer }: LoadedModel): string {
  const { kind, numLayers, heads, dModel, vocabulary } = architecture;
  const sizes = `${numLayers} layers of ${heads} heads, d_model ${dModel}, vocabulary ${vocabulary}`;
  return `read ${kind} from ${path}: ${sizes}${tokenizer ? "" : "; no tokenizer"}`;
}

function severalModels(names: readonly string[]): UserError {
  const message = `a run is of one model, but ${names.length} are named: ${names.join(", ")}.`;
  return new UserError("USAGE", message, {
    hint: `Give one; a text of several words stands in quotes behind ${setting("text")}.`,
  });
}

type Settings = Record<string, unknown>;

/** The text of --text-file, as a setting; nothing when there is none. */
function readText({ textFile }: Values, typed: Settings, io: Io): Settings | undefined {
  if (typeof textFile !== "string") return undefined;
  const other = ["text", "ids"].find((name) => typed[name] !== undefined);
  if (other) {
    throw new UserError(
      "CONFLICTING_INPUTS",
      `Both ${setting("textFile")} and ${setting(other)} are given.`,
      {
        hint: "Leave one of them out.",
      },
    );
  }
  return { text: textBehind(textFile === "-" ? "-" : `@${textFile}`, io) };
}

/** Without a text on the command line it comes through standard input. */
function readStdin(typed: Settings, io: Io): Settings {
  if (typed.text !== undefined || typed.ids !== undefined || io.isTerminal("stdin")) return {};
  return { text: textBehind("-", io) };
}

/** A file's last line break is no part of its text. */
function textBehind(given: string, io: Io): string {
  const { bytes } = createOpener(io.files).open(given, setting("textFile"));
  return textOf(bytes, 0, bytes.length).replace(/\r?\n$/, "");
}
