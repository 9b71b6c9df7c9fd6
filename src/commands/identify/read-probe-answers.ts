import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/answer-names.js";
import type { Answers } from "../../check/identify/answers.js";
import { PROBE } from "../../check/identify/probe.js";
import { UserError } from "../../errors.js";
import { parseText } from "../../input/forms/registry.js";
import { createOpener, type Files } from "../../input/open.js";
import type { Value } from "../../input/value.js";
import { axesOf } from "../../input/value-axes.js";
import { swapAxes } from "./probe-file.js";

const { heads, queries, size } = PROBE;

/** The answers of a kernel to the probe, head by head. */
export interface ProbeAnswers {
  readonly plain: Answers;
  readonly masked?: Answers;
  /** How the outputs lie. */
  readonly axes: string;
}

/** Reads them from a file of named arrays, or of the first output alone. Throws UNKNOWN_KEY, SHAPE_MISMATCH and what reading throws. */
export async function readProbeAnswers(given: string, files: Files): Promise<ProbeAnswers> {
  const source = createOpener(files).open(given, "");
  const options = {
    subject: "the answers",
    decimalComma: false,
    header: undefined,
    emptyCells: "nan",
  } as const;
  const { value } = await parseText(source, { ...options, slice: { isWhole: true } });
  const arrays = new Map<string, Value>(
    value.kind === "object"
      ? Array.from(value.entries, ([name, entry]) => [name, entry.value])
      : [["out", value]],
  );
  const found = new Map<string, Value>();
  for (const [name, array] of arrays) {
    const role = roleOf(name);
    if (role === undefined) refuseName(name, source.name);
    found.set(role, array);
  }
  const output = found.get("output");
  if (!output) {
    throw new UserError("UNKNOWN_KEY", `${source.name} holds no output without the mask.`, {
      hint: "Call it out, and that of the second run, with the mask, out_masked.",
      location: { source: source.name },
    });
  }
  const { axes } = headsFirst("out", output, [size], source.name);
  const answersOf = (suffix: string): Answers | undefined => {
    const [made, lse] = [found.get(`output${suffix}`), found.get(`lse${suffix}`)];
    if (!made) return undefined;
    return {
      output: headsFirst(`out${suffix}`, made, [size], source.name).data,
      ...(lse && { logSumExp: headsFirst(`lse${suffix}`, lse, [], source.name).data }),
    };
  };
  const [plain, masked] = [answersOf(""), answersOf(" masked")];
  if (!plain) throw new RangeError("the output was there a moment ago");
  return { plain, ...(masked && { masked }), axes };
}

/** What an array is by its name: "output", "lse masked"; undefined for what is no answer. "" stands for what goes in. */
function roleOf(name: string): string | undefined {
  const isMasked = /[_\s.-]?mask(?:ed)?[_\s.-]?/i.test(name);
  const own = name.replace(/[_\s.-]?mask(?:ed)?[_\s.-]?/i, "");
  if (["q", "k", "v", ""].includes(own.toLowerCase())) return "given";
  const role = isNameOfOutput(own) ? "output" : isNameOfLogSumExp(own) ? "lse" : undefined;
  return role && (isMasked ? `${role} masked` : role);
}

function refuseName(name: string, source: string): never {
  throw new UserError("UNKNOWN_KEY", `"${name}" is none of the answers to the probe.`, {
    hint: "They are out and out_masked, and with them lse and lse_masked.",
    location: { source },
  });
}

/** An array with the axes of heads and queries in this order, whatever order it came in. */
function headsFirst(name: string, value: Value, rest: readonly number[], source: string) {
  const lengths = axesOf(value);
  const inner = lengths[0] === 1 && lengths.length === rest.length + 3 ? lengths.slice(1) : lengths;
  const isBatched = inner.length < lengths.length;
  const data = flat(value);
  const is = (...wanted: readonly number[]) =>
    inner.length === wanted.length && inner.every((length, at) => length === wanted[at]);
  const tail = rest.length === 0 ? "" : "d";
  if (is(heads, queries, ...rest)) return { axes: `${isBatched ? "b" : ""}hn${tail}`, data };
  if (!is(queries, heads, ...rest)) {
    const expected = [1, heads, queries, ...rest].join("×");
    throw new UserError("SHAPE_MISMATCH", `${name} is ${lengths.join("×")}, and ${expected} is expected.`, {
      hint: `It may also be without the batch, or with tokens before heads: ${[1, queries, heads, ...rest].join("×")}.`,
      location: { source },
    });
  }
  return { axes: `${isBatched ? "b" : ""}nh${tail}`, data: swapAxes(data, [queries, heads, rest[0] ?? 1]) };
}

function flat(value: Value): Float64Array {
  if (value.kind === "numbers") return value.data;
  if (value.kind !== "list") return new Float64Array();
  return Float64Array.from(value.items.flatMap((item) => Array.from(flat(item))));
}
