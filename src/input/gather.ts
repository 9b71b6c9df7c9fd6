import { gradientPartOf, isNameOfAnswer, isNameOfOutput } from "../attention/answer-names.js";
import type { InputName } from "../attention/inputs.js";
import type { Setting } from "../attention/setting.js";
import { UserError } from "../errors.js";
import { setting } from "../setting-names.js";
import type { Slice } from "./arrays/choose-matrix.js";
import type { AxesRequest } from "./arrays/head-arrays.js";
import { memberNamed } from "./arrays/member-names.js";
import { takeBundle, takeMember } from "./bundle.js";
import { SPACE } from "./bytes.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import type { FormName } from "./forms/form-names.js";
import { holdsBundle, parseText } from "./forms/registry.js";
import { chooseName, nameOfFile, wordOfFile } from "./lone-matrix.js";
import { eachOf, placeNameless } from "./nameless.js";
import { inputNamed, numberOfWord, suggestInput } from "./names.js";
import type { Opener } from "./open.js";
import { parseOrName } from "./problem-in-words.js";
import { refuseAt, refuseIn, type Source } from "./source.js";
import {
  type AnswerOfSource,
  addMatrix,
  createGathered,
  type Gathered,
  matrixInObject,
} from "./source-matrices.js";
import { tokensFromText } from "./tokens.js";
import type { ObjectValue } from "./value.js";
import { axesOf } from "./value-axes.js";

/** What the command line asks to have read. */
export interface ReadRequest {
  /** Positional SOURCE: files, "-" for stdin, or an object as text. */
  readonly sources: readonly string[];
  /** Whether standard input is only tried, since nothing was given: an empty one then holds nothing. */
  readonly stdinMayBeEmpty?: boolean;
  /** `--query VALUE` and so on: file, "-", "@file" or the matrix itself. */
  readonly matrices: Readonly<Partial<Record<InputName, string>>>;
  /** `seqlens_k=17,40`: what stands beside arrays in dumps, a file or the numbers. */
  readonly beside?: readonly string[] | undefined;
  /** Text split at spaces or commas, or a JSON list. */
  readonly tokens?: string | undefined;
  readonly keyTokens?: string | undefined;
  /** Names (or aliases) of matrices to be used transposed. */
  readonly transpose: readonly string[];
  /** The inputs that the command takes. */
  readonly accepts: readonly InputName[];
  /** The input that a lone matrix is whose name says nothing. */
  readonly unnamed?: InputName | undefined;
  /** The settings that a bundle may hold. */
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** `--layout`, which wins over a bundle's: how the matrices of heads are joined depends on it. */
  readonly layout?: string | undefined;
  /** A comma is a decimal mark; found out, with a notice, when it is not said. */
  readonly decimalComma?: boolean | undefined;
  /** The form that texts are said to have; found out when it is not said. */
  readonly form?: FormName | undefined;
  /** Whether text starts with a row of column names; found out when it is not said. */
  readonly header?: boolean | undefined;
  /** Missing values (`null`, `NA` and their like) are read as NaN; refused when it is not said. */
  readonly null?: "nan" | undefined;
  /** Which matrix is meant of arrays with more than two axes: --batch and --head. */
  readonly slice?: Slice;
  /** Which layer is meant, where a source holds tensors of several. */
  readonly layer?: number | undefined;
  /** Whether a loss says what gradients are of. */
  readonly hasLoss?: boolean;
  /** How arrays with axes for heads and batches are taken apart; absent where a command has no use for them. */
  readonly arrays?: AxesRequest | undefined;
}

/** A request while it is read. */
interface Reading {
  readonly request: ReadRequest;
  readonly opener: Opener;
  readonly gathered: Gathered;
  /** Matrices that nothing names, until all sources are read. */
  readonly nameless: Parsed[];
}

/** Takes in all that a request names, in its order. Throws what reading throws. */
export async function gather(request: ReadRequest, opener: Opener): Promise<Gathered> {
  const gathered = createGathered();
  const reading: Reading = { request, opener, gathered, nameless: [] };
  for (const source of request.sources) await readSource(source, reading);
  for (const [word, text] of Object.entries(request.matrices)) {
    const name = inputNamed(word);
    if (name) await readOption(name, text, reading);
  }
  for (const given of request.beside ?? []) await readBeside(given, reading);
  placeNameless([...reading.nameless, ...onlyArrays(gathered)], request.accepts, gathered);
  for (const key of LABELS) {
    const given = labelsGiven(request, key);
    if (given) gathered[key] = given;
  }
  await findGradientOfOutput(reading);
  return gathered;
}

/**
 * Arrays in files of their own that no name says anything of, where there is nothing else that they could be beside. A fourth one that has
 * the rows of the first and the columns of the third is what came out.
 */
function onlyArrays({ matrices, answers, members, left, notices }: Gathered): readonly Parsed[] {
  const areAlone = [matrices.size, answers.length, members.length].every((count) => count === 0);
  if (!areAlone || left.some(({ parsed }) => parsed.value.kind === "object")) return [];
  const [first, , third, fourth] = left;
  if (fourth) {
    const [query, value, output] = [first, third, fourth].map((one) => axesOf(one.value));
    const isOutput = output.join() === [...query.slice(0, -1), ...value.slice(-1)].join();
    if (left.length > 4 || !isOutput) return [];
    left.pop();
    answers.push({ ...fourth, called: fourth.key, key: "output" });
    notices.push(`${fourth.parsed.source.name} is read as the output`);
  }
  return left.splice(0).map(({ parsed }) => parsed);
}

/** Gradients that came out are of some gradient of the output: the array that is shaped like it, else, as of `out.sum()`, ones. */
async function findGradientOfOutput(reading: Reading): Promise<void> {
  const { request, gathered } = reading;
  const { answers, left, matrices, notices } = gathered;
  const isAsked = !request.hasLoss && request.accepts.includes("backward") && !matrices.has("backward");
  if (!isAsked || answers.every(({ key }) => gradientPartOf(key) === undefined)) return;
  const output = answers.find(({ key }) => isNameOfOutput(key));
  const isLike = (one: AnswerOfSource) =>
    output !== undefined && axesOf(one.value).join() === axesOf(output.value).join();
  const like = left.filter(isLike);
  if (like.length === 1) {
    const [{ key, value, parsed }] = like;
    addMatrix(gathered, { name: "backward", value, parsed });
    left.splice(left.indexOf(like[0]), 1);
    notices.push(`read ${key} as the gradient of the output, because it has its shape`);
  } else {
    await readOption("backward", "ones", reading);
    notices.push(
      `no gradient of the output is given: took ones (${setting("backward")} ones), as for the sum of the output`,
    );
  }
}

async function readSource(given: string, { request, opener, gathered, nameless }: Reading): Promise<void> {
  const source = opener.open(given, given === "-" ? "the source -" : "");
  if (given === "-" && request.stdinMayBeEmpty && isBlank(source)) return;
  const fileName = () => nameOfFile(source);
  const options = formOptions(request, () => fileName() ?? "the matrix");
  const isBundle = request.form !== undefined && holdsBundle(source);
  if (isBundle && request.form !== "json")
    gathered.notices.push(`${setting("form")} has no effect on ${source.name}, which is JSON`);
  const { decimalComma } = request;
  const isSaid = request.form === "words" && !isBundle;
  const parsed = await parseOrName(source, { decimalComma, isSaid, fileName }, () =>
    parseNamed(source, options, { request, gathered }),
  );
  if (parsed.value.kind === "object") return takeBundle(parsed.value, parsed, request, gathered);
  const chosen = chooseName(parsed, fileName());
  // A command that takes one matrix takes it by whatever name its file has.
  const isOther = request.unnamed && chosen && !parsed.assigned && !request.accepts.includes(chosen);
  const named = isOther ? undefined : chosen;
  const name = named ?? request.unnamed;
  const earlier = named === undefined && name && gathered.matrices.get(name);
  if (earlier) {
    // Of two matrices without names, one would be left out.
    const message = `${name} is already given (${earlier.parsed.source.name}), and the name of this matrix is unknown.`;
    const hint = `Write the rows of one matrix in one word, with ; between them: '1 2; 3 4'. Give another matrix by its option.`;
    refuseIn(source.name, "CONFLICTING_INPUTS", message, hint);
  }
  const { value, assigned } = parsed;
  if (name && request.accepts.includes(name)) addMatrix(gathered, { name, value, parsed });
  else if (takeLoneArray(parsed, request, gathered)) return;
  else if (name) {
    const details = { unaccepted: name, location: { source: source.name } };
    throw new UserError("UNKNOWN_NAME", `${name} is not an input of this command.`, details);
  } else if (assigned) {
    const hint = suggestInput(assigned.name, request.accepts, []);
    const message = `"${assigned.name}" is not the name of an input.`;
    refuseAt(parsed.source, assigned.start, "UNKNOWN_KEY", message, hint);
  } else nameless.push(...eachOf(parsed));
}

/** Takes what a file that is not named like an input holds by what else its name says, as a member of a bundle of that name. */
function takeLoneArray(parsed: Parsed, request: ReadRequest, gathered: Gathered): boolean {
  const { source, value, assigned } = parsed;
  const key = wordOfFile(source);
  if (key === undefined || assigned || (!source.isBinary && !isNameOfAnswer(key))) return false;
  return takeMember(key, { keyStart: 0, value }, { parsed, rules: request, gathered });
}

/** Large ones, which stay where they are stored, are not. */
function isBlank(source: Source): boolean {
  return source.stored === undefined && source.bytes.every((byte) => byte <= SPACE);
}

async function readOption(name: InputName, given: string, reading: Reading): Promise<void> {
  const { request, opener, gathered } = reading;
  const number = numberOfWord(name, given);
  const text = number === undefined || opener.isThere(given) ? given : `[${number}]`;
  const source = opener.open(text, setting(name));
  const options = formOptions(request, () => name);
  const parsed = await parseNamed(source, options, reading);
  const { value, assigned } = parsed;
  const written = assigned && inputNamed(assigned.name);
  if (written && written !== name) gathered.notices.push(`${name} is what is written as ${assigned.name}`);
  const isObject = value.kind === "object";
  if (isObject && parsed.form !== "JSON" && !source.isBinary) tellOthers(name, value, parsed, gathered);
  addMatrix(gathered, { name, value: isObject ? matrixInObject(value, name, parsed) : value, parsed });
}

/** Of several matrices in a text one was asked for: what another is called may be what a slip made of its name. */
function tellOthers(name: InputName, { entries }: ObjectValue, { source }: Parsed, gathered: Gathered): void {
  const others = [...entries.keys()].filter((key) => inputNamed(key) === undefined);
  if (others.length > 0)
    gathered.notices.push(`${name} is taken from ${source.name}; left aside: ${others.join(", ")}`);
}

/** Throws BAD_VALUE for what is no name of what stands beside arrays. */
async function readBeside(given: string, reading: Reading): Promise<void> {
  const [, key = "", text = ""] = /^([\w.-]+)=(.+)$/s.exec(given) ?? [];
  const kind = memberNamed(key);
  if (!kind) {
    const hint = `It takes seqlens_k, cache_seqlens, cu_seqlens, attn_mask, key_padding_mask, alibi_slopes … with a file or numbers: ${setting("beside")} seqlens_k=17,40.`;
    refuseIn(
      setting("beside"),
      "BAD_VALUE",
      `"${given}" is not a name that a dump has beside its arrays.`,
      hint,
    );
  }
  const parsed = await parseNamed(
    reading.opener.open(text, setting("beside")),
    formOptions(reading.request, () => key),
    reading,
  );
  reading.gathered.members.push({ kind, key, value: parsed.value, parsed });
}

const LABELS = ["tokens", "keyTokens"] as const;

/** The names of queries or keys that an option gives. */
const labelsGiven = (request: ReadRequest, key: (typeof LABELS)[number]) => {
  const text = request[key];
  return text === undefined ? undefined : tokensFromText(text, setting(key));
};

/** The names of queries and keys, as far as they are known by now. */
const namesIn = (request: ReadRequest, gathered: Gathered): ReadonlySet<string> =>
  new Set(LABELS.flatMap((key) => labelsGiven(request, key) ?? gathered[key] ?? []));

/** A bundle needs no name of its file, which is looked up for messages and for a matrix that stands alone. */
function formOptions(request: ReadRequest, subject: () => string): FormOptions {
  const { decimalComma = false, header, form } = request;
  return {
    get subject() {
      return subject();
    },
    decimalComma,
    header,
    form,
    emptyCells: request.null === "nan" ? "nan" : "refused",
  };
}

/**
 * Reads a matrix in the form that it looks like; where that is refused, as rows that begin with names of the problem, which only
 * the problem tells from numbers and brackets: `[CLS] 1 0`. Throws what the first reading threw when the second reads nothing.
 */
async function parseNamed(
  source: Source,
  options: FormOptions,
  { request, gathered }: Pick<Reading, "request" | "gathered">,
): Promise<Parsed> {
  try {
    return await parseText(source, options);
  } catch (error) {
    const names = namesIn(request, gathered);
    if (!(error instanceof UserError) || source.isBinary || source.stored || names.size === 0) throw error;
    const { rowsWithNames } = await import("./rows-with-names.js");
    const read = rowsWithNames(source, names, options);
    if (!read) throw error;
    return read;
  }
}
