import { type AnySettingTable, optionOf } from "../attention/setting.js";
import { UserError } from "../errors.js";
import type { Typed } from "../runs/invocation.js";
import { suggest } from "../suggestion.js";

type Options = Typed["options"];

/** Of an option with two names the one that is read, by the other one. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([["reaches", "uses"]]);

/** `--header` alone is `--header yes`; so a word behind it is no value unless it is one. */
export function withHeaderValue(argv: readonly string[]): readonly string[] {
  return argv.map((word, at) =>
    word === "--header" && !/^(?:yes|no)$/.test(argv[at + 1] ?? "") ? "--header=yes" : word,
  );
}

/** `-q=Q.csv` is `-q Q.csv`, as `--query=Q.csv` is `--query Q.csv`. */
export function withAttachedValues(argv: readonly string[]): readonly string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  return argv.flatMap((word, at) =>
    at < end && /^-[a-z]=./s.test(word) ? [word.slice(0, 2), word.slice(3)] : word,
  );
}

/**
 * The options as they are read: what was written in one stands in those that it is made of (`--window 2,0`, `--scaling
 * yarn:factor=4`), and other names are the usual ones. Throws USAGE for two that say the same, and BAD_VALUE.
 */
export function foldOptions(options: Options, settings: AnySettingTable): Options {
  const named = withUsualNames(options);
  const { header } = named;
  if (typeof header === "string" && !/^(?:yes|no)$/.test(header)) {
    const message = `"${header}" is neither yes nor no.`;
    throw refuse("header", message, "--header yes: the first row of a table holds names.");
  }
  const windowed = takeWindow(named, settings);
  const parted = Object.keys(windowed).reduce((all, name) => takeParts(all, name, settings), windowed);
  return header === undefined ? parted : { ...parted, header: header === "yes" || header === true };
}

function withUsualNames(options: Options): Options {
  return [...OTHER_NAMES].reduce((all, [other, usual]) => {
    const { [other]: value, ...rest } = all;
    return value === undefined ? all : join(rest, { [usual]: value }, other);
  }, options);
}

/** `--window 2,0` is 2 keys to the left and none to the right; a side that is left out is open. */
function takeWindow(options: Options, settings: AnySettingTable): Options {
  const { window, ...rest } = options;
  if (typeof window !== "string" || !window.includes(",") || !("windowLeft" in settings)) return options;
  const [left, right, ...more] = window.split(",").map((side) => side.trim());
  if (more.length > 0 || left + right === "") {
    const hint = "--window 3: 3 keys with the query's own; --window 2,0: keys on either side.";
    throw refuse("window", `"${window}" is no window.`, hint);
  }
  return join(rest, { ...(left && { windowLeft: left }), ...(right && { windowRight: right }) }, "window");
}

/** `yarn:factor=4,original=4096`, where settings say that they may stand within this one. */
function takeParts(options: Options, name: string, settings: AnySettingTable): Options {
  const value = options[name];
  if (typeof value !== "string" || !value.includes(":")) return options;
  const parts = Object.entries(settings).flatMap(([key, { within }]) =>
    within?.setting === name && !within.as.includes(",") ? [[within.as, key] as const] : [],
  );
  if (parts.length === 0) return options;
  const [, own = "", written = ""] = /^([^:]*):(.*)$/s.exec(value) ?? [];
  const names = parts.map(([as]) => as);
  const given: Record<string, string> = {};
  // A list has commas, too: factors=1,2,original=8.
  for (const part of written.split(/,(?=[a-z-]+=)/)) {
    const [, word = part, text = ""] = /^\s*([^=]*?)\s*=(.*)$/s.exec(part) ?? [];
    const key = parts.find(([as]) => as === word)?.[1];
    if (key === undefined)
      throw refuse(name, `"${word}" is nothing that stands there.`, suggest(word, names));
    if (Object.hasOwn(given, key)) throw refuse(name, `${word} is given twice.`, "Leave one of them out.");
    given[key] = text.trim();
  }
  return join({ ...options, [name]: own.trim() }, given, name);
}

/** Both together. Throws USAGE where they say the same thing differently. */
function join(options: Options, added: Options, from: string): Options {
  const twice = Object.keys(added).find(
    (name) => options[name] !== undefined && options[name] !== added[name],
  );
  if (twice === undefined) return { ...options, ...added };
  throw new UserError("USAGE", `${optionOf(from)} and ${optionOf(twice)} say the same, and differ.`, {
    hint: "Leave one of them out.",
  });
}

const refuse = (name: string, message: string, hint: string) =>
  new UserError("BAD_VALUE", message, { hint, location: { source: optionOf(name) } });
