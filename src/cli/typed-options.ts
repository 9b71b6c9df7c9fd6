import type { AnySettingTable } from "../attention/setting.js";
import { optionOf } from "../setting-names.js";
import type { Meant } from "./typed-words.js";

/** Options of other programs that can mean one thing alone: they are read so. */
const SAME_AS: Readonly<Record<string, readonly string[]>> = {
  "--csv": ["-o", "csv"],
  "--tsv": ["-o", "tsv"],
  "--html": ["-o", "html"],
  "--latex": ["-o", "latex"],
  "--markdown": ["-o", "markdown"],
  "--md": ["-o", "markdown"],
  "--jsonl": ["-o", "jsonl"],
  "--q": ["--query"],
  "--k": ["--key"],
  "--v": ["--value"],
};

/** An option as it may have been meant: what takes its place, and what goes behind its value. */
interface Likely {
  readonly instead: readonly string[];
  readonly behind?: readonly string[];
  /** What else it may have been. */
  readonly or?: string;
}

/** Options that may mean one of ours: which is said, as a whole command line. */
const LIKELY: Readonly<Record<string, Likely>> = {
  "--round": { instead: ["--precision"], or: "To round at each step, as on paper, say --carry." },
  "--digits": { instead: ["--precision"], or: "To round at each step, as on paper, say --carry." },
  "--decimals": { instead: ["--precision"], or: "To round at each step, as on paper, say --carry." },
  "--tolerance": { instead: ["--atol"] },
  "--tol": { instead: ["--atol"] },
  "--fields": { instead: ["--only"], behind: ["-o", "csv"] },
  "--raw": { instead: ["-o", "csv"] },
  "--answer": { instead: ["--check"] },
  "--answers": { instead: ["--check"] },
  "--solution": { instead: ["--check"] },
};

/** Whether a command has an option. */
const has = (settings: AnySettingTable, option: string) =>
  Object.entries(settings).some(([name, { letter }]) => optionOf(name) === option || letter === option);

/** `--round` of `--round=2`. */
const nameOf = (word: string) => word.split("=", 1)[0];

/** Words with options of other programs as the command has them. */
export function withOwnOptions(typed: readonly string[], settings: AnySettingTable): Meant {
  const notes: string[] = [];
  const argv = typed.flatMap((word) => {
    const same = Object.hasOwn(SAME_AS, nameOf(word)) ? SAME_AS[nameOf(word)] : undefined;
    if (!same || has(settings, nameOf(word)) || !has(settings, same[0])) return word;
    notes.push(`${nameOf(word)} is read as ${same.join(" ")}`);
    return [...same, ...valueIn(word)];
  });
  return { argv, notes };
}

const valueIn = (word: string) => (word.includes("=") ? [word.slice(word.indexOf("=") + 1)] : []);

/** The words with what an unknown option may have been meant for; undefined where nobody knows, or the command has no such option. */
export function corrected(
  typed: readonly string[],
  unknown: string,
  settings: AnySettingTable,
): { readonly words: readonly string[]; readonly or: string | undefined } | undefined {
  const name = nameOf(unknown);
  const likely = Object.hasOwn(LIKELY, name) ? LIKELY[name] : undefined;
  if (!likely || !has(settings, likely.instead[0])) return undefined;
  const { instead, behind = [], or } = likely;
  const at = typed.indexOf(unknown);
  const attached = valueIn(unknown);
  const next = typed.slice(at + 1, at + 2).filter((word) => !word.startsWith("-"));
  const value = attached.length > 0 ? attached : next;
  const rest = typed.slice(at + 1 + (attached.length > 0 ? 0 : next.length));
  return { words: [...typed.slice(0, at), ...instead, ...value, ...behind, ...rest], or };
}
