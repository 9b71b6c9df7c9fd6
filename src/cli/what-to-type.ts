import { UserError } from "../errors.js";
import { isThere } from "../input/open.js";
import type { Io } from "../runs/io.js";
import { nearest } from "../suggestion.js";
import type { CommandLine } from "./parse.js";

/** The error with what helps where nothing was given, or a file of nearly this name; of an input that the command does not take, with the commands that do. */
export async function withWhatToType(error: UserError, line: CommandLine, io: Io): Promise<UserError> {
  const { code, message, details } = error;
  if (details.unaccepted !== undefined)
    return (await import("../commands/command-of-input.js")).namingCommandOf(error);
  const begin = code === "MISSING_INPUT" ? howToBegin(line) : undefined;
  const source = details.location?.source;
  const near =
    code === "FILE_UNREADABLE" ? (nearFile(source, io) ?? (await meantByWord(source, line))) : undefined;
  const hint = [near, details.hint, begin].filter(Boolean).join(" ");
  return hint === "" ? error : new UserError(code, message, { ...details, hint });
}

/** A line that works, where nothing to work with is named. */
function howToBegin({ command: { name, settings }, words, values }: CommandLine): string | undefined {
  const isOpen = words.length === 0 && (values.demo ?? values.random) === undefined;
  if (!isOpen || !Object.hasOwn(settings, "demo")) return undefined;
  return values.preset === undefined
    ? `qkv ${name} --demo works an example.`
    : `Add --random to draw them: qkv ${name} --preset ${values.preset} --random.`;
}

/** A file in the same folder that is called nearly so. */
function nearFile(path: string | undefined, { files }: Io): string | undefined {
  const [, folder = "", name] = /^(.*[\\/])?([^\\/]+)$/.exec(path ?? "") ?? [];
  if (path === undefined || name === undefined || isThere(path, files)) return undefined;
  const names = (files.listFolder?.(folder || ".") ?? []).filter((one) => one !== name);
  const isSame = (one: string) => [one, one.replace(/\.\w+$/, "")].includes(name.toLowerCase());
  const near = names.find((one) => isSame(one.toLowerCase())) ?? nearest(name, names);
  return near && `Did you mean ${folder}${near}?`;
}

/** The line with a word that is no file as the system of this name, or without it where it is talk among others. */
async function meantByWord(
  word: string | undefined,
  { command: { name, settings }, words, typed }: CommandLine,
): Promise<string | undefined> {
  if (word === undefined || !words.includes(word)) return undefined;
  const { systemNames } = await import("../systems/registry.js");
  if (Object.hasOwn(settings, "preset") && systemNames().includes(word))
    return `With drawn weights: qkv ${name} --preset ${word} --random.`;
  const isTalk = /^\p{L}+$/u.test(word) && words.length > 1;
  const rest = typed.filter((one) => one !== word);
  return isTalk ? `Did you mean ${(await import("./usage-errors.js")).lineOf(name, rest)}?` : undefined;
}
