import type { InputName } from "../attention/inputs.js";
import { gradientPartOf, isNameOfAnswer, isNameOfOutput } from "../attention/names.js";
import type { Setting } from "../attention/setting.js";
import { refuseAs, setting, UserError } from "../errors.js";
import type { Slice } from "./arrays/choose-matrix.js";
import type { AxesRequest } from "./arrays/head-arrays.js";
import { memberNamed } from "./arrays/member-names.js";
import { readBundle, readMember } from "./bundle.js";
import { SPACE } from "./bytes.js";
import type { FormOptions, Parsed } from "./forms/form.js";
import type { FormName } from "./forms/form-names.js";
import { holdsBundle, parseText } from "./forms/registry.js";
import { chooseName, nameOfFile, wordOfFile } from "./lone-matrix.js";
import { eachOf, IN_ORDER, placeNameless } from "./nameless.js";
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

/** What the command line asks to read. */
export interface ReadRequest {
  /** The positional SOURCEs: files, "-" for stdin, or an object as text. */
  readonly sources: readonly string[];
  /** Whether standard input is only tried, because no source was given. It may then be empty. */
  readonly stdinMayBeEmpty?: boolean;
  /** `--query VALUE` and so on: file, "-", "@file" or the matrix itself. */
  readonly matrices: Readonly<Partial<Record<InputName, string>>>;
  /** `seqlens_k=17,40`: entries that dumps have beside their arrays, as a file or numbers. */
  readonly beside?: readonly string[] | undefined;
  /** Text that is split at spaces or commas, or a JSON list. */
  readonly tokens?: string | undefined;
  readonly keyTokens?: string | undefined;
  /** Names (or aliases) of matrices to transpose. */
  readonly transpose: readonly string[];
  /** The inputs that the command accepts. */
  readonly accepts: readonly InputName[];
  /** The input that a single matrix without a known name becomes. */
  readonly unnamed?: readonly InputName[] | undefined;
  /** The settings that a bundle may contain. */
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** `--layout`, which overrides a bundle's layout. It determines how the matrices of heads are joined. */
  readonly layout?: string | undefined;
  /** Whether a comma is a decimal comma. If undefined, qkv detects it and adds a notice. */
  readonly decimalComma?: boolean | undefined;
  /** The form of texts. If undefined, qkv detects it. */
  readonly form?: FormName | undefined;
  /** Whether a text starts with a row of column names. If undefined, qkv detects it. */
  readonly header?: boolean | undefined;
  /** "nan" reads missing values (`null`, `NA` and similar) as NaN. If undefined, they are refused. */
  readonly null?: "nan" | undefined;
  /** `--batch` and `--head`: which matrix of an array with more than two axes is used. */
  readonly slice?: Slice;
  /** The layer to use if a source has tensors of several layers. */
  readonly layer?: number | undefined;
  /** Whether a loss determines the gradients. */
  readonly hasLoss?: boolean;
  /** How arrays with axes for heads and batches are split. Undefined for commands that do not use them. */
  readonly arrays?: AxesRequest | undefined;
}

/** The state while a request is read. */
interface Reading {
  readonly request: ReadRequest;
  readonly opener: Opener;
  readonly gathered: Gathered;
  /** Matrices without a name. They are placed after all sources are read. */
  readonly nameless: Parsed[];
}

/** Reads everything that a request names, in order. Throws the errors of reading. */
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
 * Returns arrays in separate files with unknown names, if nothing else is given. A fourth array with the rows of the
 * first and the columns of the third is the output. Beside some of query, key and value, they are the missing ones.
 */
function onlyArrays({ matrices, answers, members, unrecognised, notices }: Gathered): readonly Parsed[] {
  const missing = IN_ORDER.filter((name) => !matrices.has(name));
  const isOneOfThree = matrices.size > 0 && matrices.size + missing.length === IN_ORDER.length;
  if (isOneOfThree && missing[0] !== "value" && missing.length === unrecognised.length)
    return unrecognised.splice(0).map(({ parsed }) => parsed);
  const areAlone = [matrices.size, answers.length, members.length].every((count) => count === 0);
  if (!areAlone || unrecognised.some(({ parsed }) => parsed.value.kind === "object")) return [];
  const [first, , third, fourth] = unrecognised;
  if (fourth) {
    const [query, value, output] = [first, third, fourth].map((one) => axesOf(one.value));
    const isOutput = output.join() === [...query.slice(0, -1), ...value.slice(-1)].join();
    if (unrecognised.length > 4 || !isOutput) return [];
    unrecognised.pop();
    answers.push({ ...fourth, called: fourth.key, key: "output" });
    notices.push(`${fourth.parsed.source.name} is read as the output`);
  }
  return unrecognised.splice(0).map(({ parsed }) => parsed);
}

/**
 * Finds the gradient of the output if a source contains computed gradients. It is the only array with the shape of the
 * output. Otherwise it is ones, as for `out.sum()`.
 */
async function findGradientOfOutput(reading: Reading): Promise<void> {
  const { request, gathered } = reading;
  const { answers, unrecognised, matrices, notices } = gathered;
  const isAsked = !request.hasLoss && request.accepts.includes("backward") && !matrices.has("backward");
  if (!isAsked || answers.every(({ key }) => gradientPartOf(key) === undefined)) return;
  const output = answers.find(({ key }) => isNameOfOutput(key));
  const isLike = (one: AnswerOfSource) =>
    output !== undefined && axesOf(one.value).join() === axesOf(output.value).join();
  const like = unrecognised.filter(isLike);
  if (like.length === 1) {
    const [{ key, value, parsed }] = like;
    addMatrix(gathered, { name: "backward", value, parsed });
    unrecognised.splice(unrecognised.indexOf(like[0]), 1);
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
  const isInWords = request.form === "words" && !isBundle;
  const parsed = await parseOrName(source, { decimalComma, isInWords, fileName }, () =>
    parseNamed(source, options, { request, gathered }),
  );
  if (parsed.value.kind === "object") return readBundle(parsed.value, parsed, request, gathered);
  const chosen = chooseName(parsed, fileName());
  // A command with a single matrix accepts it under any file name.
  const isOther = request.unnamed && chosen && !parsed.assigned && !request.accepts.includes(chosen);
  const named = isOther ? undefined : chosen;
  const name = named ?? request.unnamed?.find((one) => !gathered.matrices.has(one)) ?? request.unnamed?.[0];
  const earlier = named === undefined && name && gathered.matrices.get(name);
  if (earlier) {
    // Of two matrices without names, one would be lost.
    const message = `${name} is already given (${earlier.parsed.source.name}), and the name of this matrix is unknown.`;
    const hint = `Write the rows of one matrix in one word, with ; between them: '1 2; 3 4'. Give another matrix by its option.`;
    refuseIn(source.name, "CONFLICTING_INPUTS", message, hint);
  }
  const { value, assigned } = parsed;
  if (name && request.accepts.includes(name)) addMatrix(gathered, { name, value, parsed });
  else if (takeLoneArray(parsed, request, gathered)) return;
  else if (name) {
    const details = { unaccepted: name, location: { source: source.name } };
    refuseAs("UNKNOWN_NAME", `${name} is not an input of this command.`, details);
  } else if (assigned) {
    const hint = suggestInput(assigned.name, request.accepts, []);
    const message = `"${assigned.name}" is not the name of an input.`;
    refuseAt(parsed.source, assigned.start, "UNKNOWN_KEY", message, hint);
  } else nameless.push(...eachOf(parsed));
}

/** Takes the contents of a file that is not named like an input as a member of a bundle, under the name of the file. */
function takeLoneArray(parsed: Parsed, request: ReadRequest, gathered: Gathered): boolean {
  const { source, value, assigned } = parsed;
  const key = wordOfFile(source);
  if (key === undefined || assigned || (!source.isBinary && !isNameOfAnswer(key))) return false;
  return readMember(key, { keyStart: 0, value }, { parsed, rules: request, gathered });
}

/** Whether a source has only white space. Large sources, which stay on disk, are not checked. */
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

/** Adds a notice about other matrices in the text. Another name may be a misspelling of the requested one. */
function tellOthers(name: InputName, { entries }: ObjectValue, { source }: Parsed, gathered: Gathered): void {
  const others = [...entries.keys()].filter((key) => inputNamed(key) === undefined);
  if (others.length > 0)
    gathered.notices.push(`${name} is taken from ${source.name}; left aside: ${others.join(", ")}`);
}

/** Reads a value of `--beside`. Throws BAD_VALUE if the name is not one that dumps have beside arrays. */
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

/** Returns the names of queries or keys that an option gives. */
const labelsGiven = (request: ReadRequest, key: (typeof LABELS)[number]) => {
  const text = request[key];
  return text === undefined ? undefined : tokensFromText(text, setting(key));
};

/** Returns the names of queries and keys that are known so far. */
const namesIn = (request: ReadRequest, gathered: Gathered): ReadonlySet<string> =>
  new Set(LABELS.flatMap((key) => labelsGiven(request, key) ?? gathered[key] ?? []));

/** Returns the options for parsing. The subject is computed only when needed: for messages, and for a single matrix. */
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
 * Reads a matrix in the form that it looks like. If that fails, reads rows that begin with token names: `[CLS] 1 0`.
 * Only the problem distinguishes such names from numbers and brackets. Throws the first error if the second way fails
 * as well.
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
