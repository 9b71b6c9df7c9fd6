import { loadSpecs } from "../commands/specs.js";
import { type UserError, userError } from "../errors.js";
import { hintForModel } from "../input/folder.js";
import { isModel } from "../input/model/model-files.js";
import { isThere } from "../input/open.js";
import type { Io } from "../runs/io.js";
import { isBareNumber } from "../runs/read/read-request.js";
import { nearest } from "../suggestion.js";
import { FORMER_LETTERS } from "./option-values.js";
import type { CommandLine } from "./parse.js";
import { lineOf } from "./usage-errors.js";

/**
 * Adds a hint to an error: how to begin if nothing was given, or a file with a similar name. For an input that the
 * command does not take, the hint names the commands that take it.
 */
export async function withWhatToType(error: UserError, line: CommandLine, io: Io): Promise<UserError> {
  const { code, details } = error;
  const { unaccepted } = details;
  if (unaccepted !== undefined) {
    const takers = (await loadSpecs()).filter(({ inputs }) => inputs.some((name) => name === unaccepted));
    const names = takers.map(({ name }) => `qkv ${name}`).join(" or ");
    return error.with({ hint: `${unaccepted} is for ${names}: use that command.` });
  }
  const source = details.location?.source;
  // None of its tensors is named like an input.
  if (source !== undefined && code === "UNKNOWN_KEY" && holdsModel(source, io))
    return error.with({ hint: hintForModel(source) });
  const hints = [
    code === "FILE_UNREADABLE" && (nearFile(source, io) ?? (await meantByWord(source, line, io))),
    details.hint,
    code === "MISSING_INPUT" && howToBegin(line),
    (code === "MISSING_INPUT" || isBehindQuery(source, line)) &&
      line.typed.includes("-q") &&
      FORMER_LETTERS["-q"],
  ];
  const hint = hints.filter(Boolean).join(" ");
  return hint === "" ? error : error.with({ hint });
}

/** Whether a file is the weights of a model that can be opened. */
function holdsModel(path: string, { files }: Io) {
  try {
    return isModel(path, files);
  } catch (error) {
    userError(error);
    return false;
  }
}

/** Whether an error is about the value of `-q`, which may have been meant as `--quiet`. */
const isBehindQuery = (source: string | undefined, { typed }: CommandLine) =>
  source === "--query" || (source !== undefined && source === typed[typed.indexOf("-q") + 1]);

/** Returns a line that works, if the command line names no input. */
function howToBegin({ command: { name, settings }, words, typed, values }: CommandLine) {
  const isGiven = Object.keys(values).some(
    (one) => settings[one].value === "<matrix>" || one === "demo" || one === "random",
  );
  if (isGiven || words.length > 0 || !Object.hasOwn(settings, "demo")) return undefined;
  return values.preset === undefined
    ? `${lineOf(name, [...typed, "--demo"])} runs an example.`
    : `Add --random to draw them: qkv ${name} --preset ${values.preset} --random.`;
}

/** Returns a file in the same folder with a similar name. */
function nearFile(path: string | undefined, { files }: Io) {
  const [, folder = "", name] = /^(.*[\\/])?([^\\/]+)$/.exec(path ?? "") ?? [];
  if (path === undefined || name === undefined || isThere(path, files)) return undefined;
  const names = (files.listFolder?.(folder || ".") ?? []).filter((one) => one !== name);
  const isSame = (one: string) => [one, one.replace(/\.\w+$/, "")].includes(name.toLowerCase());
  const near = names.find((one) => isSame(one.toLowerCase())) ?? nearest(name, names);
  return near && `Did you mean ${folder}${near}?`;
}

/**
 * Suggests a line for a word that is no file. If it names a system, the line uses the system. If it is one of several
 * words, the line leaves it out.
 */
async function meantByWord(
  word: string | undefined,
  { command: { name, settings }, words, typed }: CommandLine,
  { files }: Io,
) {
  if (word === undefined || !words.includes(word) || files.listFolder?.(word)) return undefined;
  const { systemNames } = await import("../systems/registry.js");
  if (Object.hasOwn(settings, "preset") && systemNames().includes(word))
    return `With drawn weights: qkv ${name} --preset ${word} --random.`;
  const rest = typed.filter((one) => one !== word);
  const isTalk = /^\p{L}+$/u.test(word) && words.some((one) => isThere(one, files) || isBareNumber(one));
  return isTalk ? `Did you mean ${lineOf(name, rest)}?` : undefined;
}
