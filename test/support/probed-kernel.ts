import type { Answers } from "../../src/check/identify/answers.js";
import { PROBE, probe } from "../../src/check/identify/probe.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";

// A kernel of plain loops with nine conventions, which answers the probe.

export interface Conventions {
  readonly scale: "1/sqrt(d_k)" | "1/sqrt(d_model)" | "1/d_k" | "none" | "0.11";
  readonly maskTrue: "keep" | "drop";
  readonly align: "none" | "top-left" | "bottom-right";
  readonly emptyRow: "zero" | "nan" | "uniform";
  readonly window: number | undefined;
  readonly groups: "repeat" | "tile";
  readonly rope: "none" | "interleaved" | "half-split";
  readonly softcap: "none" | "before the mask" | "after the mask";
  readonly base: "e" | "2";
}

const { heads, kvHeads, queries, keys, size } = PROBE;

const SCALES: Readonly<Record<Conventions["scale"], number>> = {
  "1/sqrt(d_k)": 1 / Math.sqrt(size),
  "1/sqrt(d_model)": 1 / Math.sqrt(heads * size),
  "1/d_k": 1 / size,
  none: 1,
  "0.11": 0.11,
};

/** The values of each convention: 5·2·3·3·2·2·3·3·2 = 6480 settings. */
export const CONVENTIONS: { readonly [Name in keyof Conventions]: readonly Conventions[Name][] } = {
  scale: ["1/sqrt(d_k)", "1/sqrt(d_model)", "1/d_k", "none", "0.11"],
  maskTrue: ["keep", "drop"],
  align: ["none", "top-left", "bottom-right"],
  emptyRow: ["zero", "nan", "uniform"],
  window: [undefined, 7],
  groups: ["repeat", "tile"],
  rope: ["none", "interleaved", "half-split"],
  softcap: ["none", "before the mask", "after the mask"],
  base: ["e", "2"],
};

/** Every setting of the nine conventions. */
export function allConventions(): readonly Conventions[] {
  return Object.entries(CONVENTIONS).reduce<readonly Partial<Conventions>[]>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as readonly Conventions[];
}

/** Returns the kernel's answers to the probe, without its mask and with it. */
export function answerProbe(
  conventions: Conventions,
  type: "float32" | "bfloat16" | "float16",
  softcap = 30,
): { readonly plain: Answers; readonly masked: Answers } {
  const { mask } = probe();
  const isOpen = (i: number, j: number) =>
    (mask.data[i * keys + j] === 1) === (conventions.maskTrue === "keep");
  return {
    plain: run(conventions, type, softcap, () => true),
    masked: run(conventions, type, softcap, isOpen),
  };
}

function run(
  conventions: Conventions,
  type: "float32" | "bfloat16" | "float16",
  cap: number,
  isOpen: (i: number, j: number) => boolean,
): Answers {
  const { query, key, value } = probe();
  const short = (x: number) => roundTo(FLOAT_TYPES[type], x);
  const { fround } = Math;
  const output = new Float64Array(heads * queries * size);
  const logSumExp = new Float64Array(heads * queries);
  const offset = conventions.align === "bottom-right" ? keys - queries : 0;
  for (let head = 0; head < heads; head++) {
    const kvHead = conventions.groups === "repeat" ? Math.floor((head * kvHeads) / heads) : head % kvHeads;
    for (let i = 0; i < queries; i++) {
      const q = rotate(
        query.data.subarray((head * queries + i) * size, (head * queries + i + 1) * size),
        i + offset,
        conventions.rope,
      );
      const scores = new Float64Array(keys);
      let isEmpty = true;
      for (let j = 0; j < keys; j++) {
        const k = rotate(
          key.data.subarray((kvHead * keys + j) * size, (kvHead * keys + j + 1) * size),
          j,
          conventions.rope,
        );
        let dot = 0;
        for (let c = 0; c < size; c++) dot = fround(dot + short(q[c]) * short(k[c]));
        const scaled = fround(dot * SCALES[conventions.scale]);
        const isSeen =
          isOpen(i, j) &&
          (conventions.align === "none" || j <= i + offset) &&
          (conventions.window === undefined || j > i + offset - conventions.window);
        if (isSeen) isEmpty = false;
        const capped = (score: number) => fround(cap * Math.tanh(score / cap));
        if (conventions.softcap === "after the mask") scores[j] = isSeen ? capped(scaled) : -cap;
        else scores[j] = isSeen ? (conventions.softcap === "none" ? scaled : capped(scaled)) : -Infinity;
      }
      const most = Math.max(...scores);
      const powers = scores.map((score) =>
        score === -Infinity ? 0 : fround(Math.exp(fround(score - most))),
      );
      let sum = 0;
      for (const power of powers) sum = fround(sum + power);
      const at = head * queries + i;
      logSumExp[at] = fround((most + Math.log(sum)) * (conventions.base === "2" ? Math.LOG2E : 1));
      const isBlank = isEmpty && conventions.softcap !== "after the mask";
      const blank = { zero: 0, nan: Number.NaN, uniform: 1 / keys }[conventions.emptyRow];
      for (let c = 0; c < size; c++) {
        let made = 0;
        for (let j = 0; j < keys; j++) {
          const weight = isBlank ? blank : fround(powers[j] / sum);
          made = fround(made + short(weight) * value.data[(kvHead * keys + j) * size + c]);
        }
        output[at * size + c] = short(made);
      }
    }
  }
  return { output, logSumExp };
}

function rotate(row: Float64Array, position: number, rope: Conventions["rope"]): Float64Array {
  if (rope === "none") return row;
  const made = new Float64Array(size);
  for (let pair = 0; pair < size / 2; pair++) {
    const angle = position * 10_000 ** ((-2 * pair) / size);
    const [a, b] = rope === "interleaved" ? [2 * pair, 2 * pair + 1] : [pair, pair + size / 2];
    made[a] = row[a] * Math.cos(angle) - row[b] * Math.sin(angle);
    made[b] = row[b] * Math.cos(angle) + row[a] * Math.sin(angle);
  }
  return made;
}

/** The number for the named scale of a kernel. */
export const scaleOf = (scale: Conventions["scale"]): number => SCALES[scale];
