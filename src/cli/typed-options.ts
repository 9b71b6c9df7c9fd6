import { isNameOfAnswer } from "../attention/answer-names.js";
import { INPUTS } from "../attention/inputs.js";
import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import { UserError } from "../errors.js";
import { memberNamed } from "../input/arrays/member-names.js";
import { formatOfFile } from "../render/formats/registry.js";
import { optionOf } from "../setting-names.js";
import { isIn, meaningOf, OPTIONS, VALUES } from "./foreign-words.js";
import { attachedTo, lettersOf, nameOf, plainName, shielded } from "./option-words.js";
import { type CommandOption, optionsOfSetting } from "./options.js";
import { UNSURE } from "./unsure-options.js";
import { type IsThere, saidAlone } from "./words-as-options.js";

/** Words as commander takes them, the options that stand among them, and how words of other programs were read. */
export interface Spelled {
  readonly words: readonly string[];
  readonly options: readonly CommandOption[];
  readonly notes: readonly string[];
}

/** What takes the place of the first words, of so many. With a note it is what they are read as. */
interface Said {
  readonly words: readonly string[];
  readonly taken: number;
  readonly note?: string;
}

/** Words as the command has them. Throws USAGE for an option without its value. */
export function spell(
  typed: readonly string[],
  settings: AnySettingTable,
  isThere: IsThere = () => true,
): Spelled {
  const end = typed.includes("--") ? typed.indexOf("--") : typed.length;
  const waiting = typed.slice(0, end);
  const words: string[] = [];
  const notes: string[] = [];
  const options = new Map<string, CommandOption>();
  let takesAll = false;
  while (waiting.length > 0) {
    const option = findOption(settings, waiting[0]);
    if (waiting[0].startsWith("-")) takesAll = option?.flags.includes("...") === true;
    const said = option
      ? ownOption(option, waiting, settings)
      : // Behind --check stand answers: loss=0.5 is one.
        takesAll
        ? asItStands(waiting[0])
        : foreign(waiting, settings, isThere);
    waiting.splice(0, said.taken);
    if (option) options.set(option.flags, option);
    if (said.note === undefined) words.push(...said.words);
    else {
      waiting.unshift(...said.words);
      notes.push(said.note);
    }
  }
  return { words: [...words, ...typed.slice(end)], options: [...options.values()], notes };
}

/** The option of a command that stands in a word. Most are called as their settings, and found at once. */
export function findOption(settings: AnySettingTable, word: string): CommandOption | undefined {
  if (!word.startsWith("-")) return undefined;
  const name = nameOf(word);
  const key = name.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const keys = Object.hasOwn(settings, key) ? [key] : Object.keys(settings);
  return keys
    .flatMap((one) => optionsOfSetting(one, settings[one]))
    .find(({ names }) => names.includes(name));
}

/** What an option of another program is called here, of a command before what it is called elsewhere; undefined where nobody knows. */
export function meantOption(typed: string, settings: AnySettingTable = {}): string | undefined {
  const name = plainName(typed);
  const letters = name.replaceAll("-", "");
  const input = Object.entries(INPUTS).find(([, { aliases }]) =>
    aliases.some((alias) => alias.replaceAll("_", "") === letters),
  );
  const lines = Object.keys(OPTIONS).filter((line) => isIn(OPTIONS[line], name));
  const own = lines.find((line) => findOption(settings, line.split(" ")[0]));
  return own ?? lines[0] ?? saidAlone(name, settings) ?? (input && optionOf(input[0]));
}

/** An option with its value, which another option in its place is not. `-q=Q.csv` is `-q Q.csv`, `--header` alone `--header=yes`. */
function ownOption(
  option: CommandOption,
  [word, next, ...rest]: readonly string[],
  settings: AnySettingTable,
): Said {
  const attached = attachedTo(word);
  const meant =
    Object.hasOwn(VALUES, option.long) && meaningOf(lettersOf(attached ?? next), VALUES[option.long]);
  if (meant && findOption(settings, meant.split(" ")[0])) {
    const taken = attached === undefined ? 2 : 1;
    return {
      words: meant.split(" "),
      taken,
      note: `${nameOf(word)} ${attached ?? next} is read as ${meant}`,
    };
  }
  if (attached !== undefined && option.value === "" && TRUTH.test(attached))
    return { ...withTruth(option, nameOf(word), NO.test(attached) ? "false" : "true"), taken: 1 };
  if (attached !== undefined) {
    return { words: word.startsWith("--") ? [word] : [nameOf(word), attached], taken: 1 };
  }
  if (option.name === "labels" && NAMES.test(next ?? "") && findOption(settings, "--tokens"))
    return { words: ["--tokens", next], taken: 2, note: `${word} ${next} is read as --tokens ${next}` };
  if (!option.value.startsWith("<")) return withTruth(option, word, next);
  const { alone } = settings[option.name];
  const isMissing = next === undefined || /^(?:--[a-z]|-[hkoqv]$)/.test(next);
  if (alone && (isMissing || alone.unless?.includes(next) === false))
    return { words: [`${word}=${alone.means}`], taken: 1 };
  if (isMissing) throw needsValue(option, word, next);
  if (option.name === "output" && choicesOf(settings.format).includes(next))
    return { words: ["-o", next], taken: 2, note: `${word} ${next} is read as -o ${next}` };
  // How arrays lie is called so by many: --layout BSHD.
  if ((option.name === "layout" || option.name === "format") && AXES.test(next))
    return {
      words: ["--axes", next.toLowerCase()],
      taken: 2,
      note: `${word} ${next} is read as --axes ${next.toLowerCase()}`,
    };
  const [second] = rest;
  // --window-size 128 0, as argparse takes two numbers.
  if (option.name === "window" && WHOLE.test(next) && WHOLE.test(second ?? ""))
    return { words: [word, `${next},${second}`], taken: 3 };
  return { words: [word, next], taken: 2 };
}

const WHOLE = /^-?\d+$/;
/** Several words: names of rows. */
const NAMES = /^\p{L}+(?:[\s,]+\p{L}+)+$/u;
const AXES = /^(?:b[hnst]{2}d|b(?:tn|nt)h|sbhd|thd|hsd|shd|bs3hd|b3hsd)$/i;

const TRUTH = /^(?:true|false|yes|no|on|off|[01])$/i;
const NO = /^(?:false|no|off|0)$/i;

/** A flag, behind which True or False may stand as Python writes it. */
const withTruth = ({ long }: CommandOption, word: string, next = ""): Said =>
  /^false$/i.test(next)
    ? { words: [], taken: 2, note: changesNothing(word, `${long} is off unless it is given`) }
    : { words: [word], taken: /^true$/i.test(next) ? 2 : 1 };

/** What two letters asked for until they became the names of matrices. */
export const FORMER: Readonly<Record<string, string>> = {
  "-q": "-q is --query: for no notices say --quiet.",
  "-v": "-v is --value: qkv --version shows the version, --verbose what was read.",
};

function needsValue({ long, flags, help }: CommandOption, word: string, found?: string): UserError {
  const other = found === undefined ? "" : `; found ${found}`;
  const former = Object.hasOwn(FORMER, word) ? ` ${FORMER[word]}` : "";
  return new UserError("USAGE", `${long} needs a value${other}.`, `${flags}: ${help}.${former}`);
}

const asItStands = (word: string): Said => ({ words: [shielded(word)], taken: 1 });

/** A word that is no option of the command: read as one of them, left out, or as it stands. */
function foreign(words: readonly string[], settings: AnySettingTable, isThere: IsThere): Said {
  const [word] = words;
  if (!/^--[a-z]/i.test(word)) return asKeyword(word, settings, isThere) ?? asItStands(word);
  const found = unsure(words, settings);
  const certain = found && saidFor(found, word);
  if (certain) return certain;
  if (found?.idle === undefined)
    return (
      (!found?.value &&
        (readAs(words, settings, isThere) ?? asBeside(words, settings) ?? asAnswer(words, settings))) ||
      asItStands(word)
    );
  return { words: [], taken: found.taken, note: changesNothing(nameOf(word), found.idle) };
}

/** What stands for an option that can mean one thing alone, with its value. */
function saidFor(
  { say, or, pipe, isFlag, given, taken }: NonNullable<ReturnType<typeof unsure>>,
  word: string,
) {
  if (say === undefined || or !== undefined || pipe !== undefined || (!isFlag && given === undefined))
    return undefined;
  const said = say.split(" ").map((one) => one.replace("VALUE", () => given ?? ""));
  const typed = given === undefined || word.includes("=") ? word : `${word} ${given}`;
  return { words: said, taken, note: `${typed} is read as ${said.join(" ")}` };
}

const changesNothing = (word: string, because: string) => `${word} changes nothing here: ${because}`;

/** The option of the command that an option of another program is, and how the command line has it. */
function optionMeant(word: string, settings: AnySettingTable) {
  const spelled = `--${plainName(word)}`;
  const meant = findOption(settings, spelled) ? spelled : meantOption(word, settings);
  const option = meant && findOption(settings, meant.split(" ")[0]);
  return option && { meant, option };
}

/** What stands for an option that the command does not have, where there is one answer. */
function readAs(words: readonly string[], settings: AnySettingTable, isThere: IsThere): Said | undefined {
  const [word, next = ""] = words;
  const found = optionMeant(word, settings);
  if (!found) return undefined;
  const { meant, option } = found;
  // --html page.html, where there is no such page yet.
  if (meant.startsWith("-o ") && meant.slice(3) === formatOfFile(next) && !isThere(next))
    return { words: ["-o", next], taken: 2, note: `${word} ${next} is read as -o ${next}` };
  const isFlag = option.value === "" || meant.includes(" ");
  const attached = attachedTo(word);
  const isBehind = isFlag && attached === undefined && TRUTH.test(next);
  const given = isBehind ? next : attached;
  const taken = isBehind ? 2 : 1;
  if (isFlag && NO.test(given ?? "")) {
    return {
      words: [],
      taken,
      note: changesNothing(words.slice(0, taken).join(" "), `${meant} is off unless it is given`),
    };
  }
  // Python writes is_causal=True.
  const isSaid = given === undefined || (isFlag && TRUTH.test(given));
  const said = isSaid ? meant.split(" ") : [...meant.split(" "), given];
  return { words: said, taken, note: `${nameOf(word)} is read as ${meant}` };
}

/** A setting as Python calls it: `heads=2` is `--heads=2`. Matrices and answers have names of their own. */
function asKeyword(word: string, settings: AnySettingTable, isThere: IsThere): Said | undefined {
  const [, name] = /^([a-z][\w-]*)=.+$/i.exec(word) ?? [];
  if (name === undefined || isThere(word) || isNameOfAnswer(name)) return undefined;
  const found = optionMeant(`--${name}`, settings);
  if (!found || found.meant.includes(" ") || Object.hasOwn(INPUTS, found.option.name)) return undefined;
  const said = `${found.meant}${word.slice(name.length)}`;
  return { words: [said], taken: 1, note: `${word} is read as ${said}` };
}

/** What stands beside arrays in dumps, by its name: `--cache-seqlens 37,50` is `--beside cache_seqlens=37,50`. */
function asBeside([word, next = "--"]: readonly string[], settings: AnySettingTable): Said | undefined {
  const name = nameOf(word).slice(2);
  const attached = attachedTo(word);
  const given = attached ?? next;
  if (!Object.hasOwn(settings, "beside") || !memberNamed(name) || given.startsWith("--")) return undefined;
  const said = `--beside=${name}=${given}`;
  const note = `--${name} ${given} is read as --beside ${name}=${given}`;
  return { words: [said], taken: attached === undefined ? 2 : 1, note };
}

/** What came out, by its name: `--lse lse.npy` is `--check lse=lse.npy`, and `--weights` alone is `--only weights`. */
function asAnswer([word, next = "--"]: readonly string[], settings: AnySettingTable): Said | undefined {
  const typed = nameOf(word).slice(2);
  const name = typed.replace(/^only-|-only$/, "");
  const attached = attachedTo(word);
  const given = attached ?? next;
  const isAlone = /^-[-a-z]/i.test(given) || name !== typed;
  // A letter alone is too little to go by.
  if (!Object.hasOwn(settings, "check") || !isNameOfAnswer(name) || (isAlone && name.length < 2))
    return undefined;
  if (isAlone) return { words: [`--only=${name}`], taken: 1, note: `--${typed} is read as --only ${name}` };
  const said = `--check=${name}=${given}`;
  const note = `--${name} ${given} is read as --check ${name}=${given}`;
  return { words: [said], taken: attached === undefined ? 2 : 1, note };
}

/** What the first of these words may be, with its value: behind its `=`, else the word that follows. */
export function unsure([word, next]: readonly string[], settings?: AnySettingTable) {
  const name = plainName(word);
  const attached = attachedTo(word);
  const isNext = attached === undefined && next !== undefined && !/^-(?!\d)/.test(next);
  const given = isNext ? next : attached;
  const found = UNSURE.find(
    ({ names, value, having, say = "" }) =>
      isIn(names, name) &&
      (having === undefined || (settings !== undefined && Object.hasOwn(settings, having))) &&
      (value === undefined || value.test(given ?? "")) &&
      (settings === undefined || !say.startsWith("-") || findOption(settings, say.split(" ")[0])),
  );
  if (!found) return undefined;
  return found.isFlag ? { ...found, given: undefined, taken: 1 } : { ...found, given, taken: isNext ? 2 : 1 };
}
