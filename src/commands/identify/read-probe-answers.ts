import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/answer-names.js";
import type { Answers } from "../../check/identify/answers.js";
import { PROBE } from "../../check/identify/probe.js";
import { nameInPath } from "../../input/arrays/members.js";
import { inputNamed } from "../../input/names.js";
import type { Files } from "../../input/open.js";
import { refuseIn } from "../../input/source.js";
import type { Value } from "../../input/value.js";
import { arrayOf, axesOf } from "../../input/value-axes.js";
import { numbersOf } from "../../math/nd-array.js";
import { readWhole } from "../read-whole.js";
import { swapAxes } from "./probe-file.js";

const { heads, queries, size } = PROBE;

/** The answers of a kernel to the probe, head by head. */
interface ProbeAnswers {
  readonly plain: Answers;
  readonly masked?: Answers;
  /** How the outputs lie. */
  readonly axes: string;
}

/** Reads them from a file of named arrays, or of the first output alone. Throws UNKNOWN_KEY, SHAPE_MISMATCH and what reading throws. */
export async function readProbeAnswers(given: string, files: Files): Promise<ProbeAnswers> {
  const { source, value } = await readWhole(given, files, "the answers");
  const entries = value.kind === "object" ? [...value.entries] : [["out", { value }] as const];
  const found = new Map(entries.map(([name, entry]) => [roleOf(name, source.name), entry.value]));
  const lying = (role: string, rest: readonly number[]) => {
    const array = found.get(role);
    return array && headsFirst(role, array, rest, source.name);
  };
  const answersOf = (suffix: string): (Answers & Pick<ProbeAnswers, "axes">) | undefined => {
    const made = lying(`out${suffix}`, [size]);
    const logSumExp = made && lying(`lse${suffix}`, [])?.data;
    return made && { output: made.data, axes: made.axes, ...(logSumExp && { logSumExp }) };
  };
  const [plain, masked] = [answersOf(""), answersOf("_masked")];
  if (plain) return { plain, axes: plain.axes, ...(masked && { masked }) };
  const hint = "Call it out, and that of the second run, with the mask, out_masked.";
  return refuseIn(source.name, "UNKNOWN_KEY", `${source.name} holds no output without the mask.`, hint);
}

/** What an array is by its name: "out", "lse_masked"; "given" for what goes in. */
function roleOf(name: string, source: string): string {
  const plain = name.replace(/[_\s.-]?mask(?:ed)?[_\s.-]?/i, "");
  if (["q", "k", "v", ""].includes(plain.toLowerCase())) return "given";
  const suffix = plain === name ? "" : "_masked";
  if (isNameOfOutput(plain)) return `out${suffix}`;
  if (isNameOfLogSumExp(plain)) return `lse${suffix}`;
  const hint =
    inputNamed(nameInPath(name)) === undefined && !/\./.test(name)
      ? "They are out and out_masked, and with them lse and lse_masked."
      : `A dump with its own q, k and v is judged by qkv check ${source}, which also says under which conventions it is right.`;
  return refuseIn(source, "UNKNOWN_KEY", `"${name}" is none of the answers to the probe.`, hint);
}

/** An array with the axes of heads and queries in this order, whatever order it came in. */
function headsFirst(name: string, value: Value, rest: readonly number[], source: string) {
  const lengths = axesOf(value);
  const isBatched = lengths[0] === 1 && lengths.length === rest.length + 3;
  const shape = lengths.slice(isBatched ? 1 : 0).join("×");
  const axesWith = (inner: string) => `${isBatched ? "b" : ""}${inner}${rest.length === 0 ? "" : "d"}`;
  const [ordered, swapped] = [
    [heads, queries, ...rest],
    [queries, heads, ...rest],
  ].map((axes) => axes.join("×"));
  const data = flat(value);
  if (shape === ordered) return { axes: axesWith("hn"), data };
  if (shape === swapped)
    return { axes: axesWith("nh"), data: swapAxes(data, [queries, heads, rest[0] ?? 1]) };
  const message = `${name} is ${lengths.join("×")}, and 1×${ordered} is expected.`;
  const hint = `It may also be without the batch, or with tokens before heads: 1×${swapped}.`;
  return refuseIn(source, "SHAPE_MISMATCH", message, hint);
}

function flat(value: Value): Float64Array {
  const array = arrayOf(value);
  return array ? numbersOf(array) : new Float64Array();
}
