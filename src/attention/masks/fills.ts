import { setting } from "../../errors.js";
import { addToMasked, eraseMasked, type Masking, mask } from "../../ops/masking.js";
import { nearest } from "../../suggestion.js";
import { type Ref, record, type StepOverrides } from "../recorder.js";
import { number, refuseValue } from "../setting.js";

/**
 * A way to make masked cells vanish. One entry per way; the option, its help, errors and conventions are derived from
 * it.
 */
interface FillRule {
  /** True if masked cells get weight 0, whatever the scores are. */
  readonly isExact?: true;
  /** An example from released code. Undefined for a rule without a number. */
  readonly example?: string;
  /** Writes what a masked score is replaced by. */
  formula(amount: Amount): string;
  /**
   * The number that replaces a masked score, or that is added to it. A rule with neither erases the exponential
   * instead.
   */
  put?(amount: Amount): number;
  add?(amount: Amount): Amount;
}

interface Amount {
  readonly value: number;
  /** The number as it was written, with a minus sign: "−1e9". */
  readonly text: string;
}

const FILLS = {
  "neg-inf": { isExact: true, formula: () => "−∞", put: () => Number.NEGATIVE_INFINITY },
  replace: { example: "-1e9", formula: ({ text }) => text, put: ({ value }) => value },
  add: {
    example: "-1e4",
    formula: ({ text }) => (text.startsWith("−") ? `s − ${text.slice(1)}` : `s + ${text}`),
    add: (amount) => amount,
  },
  subtract: {
    example: "1e9",
    formula: ({ text }) => `s − ${text.startsWith("−") ? `(${text})` : text}`,
    add: ({ value, text }) => ({ value: -value, text: `−${text}` }),
  },
  "multiply-exp": { formula: () => "0·e^s" },
} as const satisfies Record<string, FillRule>;

/** Names of numbers: the lowest finite number of each type. */
const NAMED_AMOUNTS: ReadonlyMap<string, number> = new Map([
  ["float32.min", -3.4028234663852886e38],
  ["float16.min", -65504],
]);

/** Every rule as it may be written, for help and hints. */
export const FILL_EXAMPLES = Object.entries(FILLS as Readonly<Record<string, FillRule>>)
  .map(([name, { example }]) => (example === undefined ? name : `${name}:${example}`))
  .join(", ");

/** A fill as it was asked for. */
export type MaskFill = ReturnType<typeof parseFill>;

/** A number alone, as `masked_fill` of torch takes it: −1e9, float16.min, -inf. */
const NUMBER_ALONE = /^(?:[-−+]?(?:\d|\.\d)|float\d+\.min$)/;
const MINUS_INFINITY = /^[-−](?:inf(?:inity)?|∞)$/i;

/** Returns a fill as KIND[:NUMBER]. A number alone replaces the masked scores. */
function spelledOut(given: string) {
  if (MINUS_INFINITY.test(given)) return "neg-inf";
  return NUMBER_ALONE.test(given) ? `replace:${given}` : given;
}

/**
 * Parses KIND[:NUMBER], or a number alone. The number must be finite: digits, arithmetic, or a name (float32.min).
 * Throws BAD_VALUE.
 */
export function parseFill(given: unknown) {
  const text = spelledOut(String(given).trim());
  const [name, ...after] = text.split(":");
  const written = after.length > 0 ? after.join(":").trim() : undefined;
  if (!isFillName(name)) {
    const near = nearest(name, Object.keys(FILLS));
    const hint = near === undefined ? `Give one of ${FILL_EXAMPLES}.` : `Did you mean "${near}"?`;
    return refuseValue(given, "a way to fill masked cells", hint);
  }
  const rule: FillRule = FILLS[name];
  const amount = {
    value: amountOf(name, rule, written, given),
    text: (written ?? "").replaceAll("-", "−"),
  };
  const { put, add, isExact = false } = rule;
  return {
    /** What is changed: the scores, or their exponentials. */
    on: (put ?? add) ? ("scores" as const) : ("exponentials" as const),
    isExact,
    /** As it was written, "replace:-1e9". */
    text,
    /** The formula of a masked cell: "s − 1e9". */
    formula: rule.formula(amount),
    /** Records the step that changes masked cells. n×m → n×m. */
    record(from: Ref, masking: Masking, overrides: StepOverrides) {
      if (put) return record("masked-scores", mask, [from], { ...masking, fill: put(amount) }, overrides);
      if (!add) return record("masked-exponentials", eraseMasked, [from], masking, overrides);
      const { value, text } = add(amount);
      return record("masked-scores", addToMasked, [from], { ...masking, amount: value, text }, overrides);
    },
  };
}

const isFillName = (name: string): name is keyof typeof FILLS => Object.hasOwn(FILLS, name);

/** Returns the number after the colon; 0 for a rule without a number. */
function amountOf(name: string, { example }: FillRule, written: string | undefined, given: unknown) {
  if (example === undefined) {
    return written === undefined
      ? 0
      : refuseValue(given, "a fill", `${name} takes no number: write ${setting("maskFill")} ${name}.`);
  }
  if (!written) return refuseValue(given, "complete", `Give the number behind a colon: ${name}:${example}.`);
  const amount = NAMED_AMOUNTS.get(written) ?? number(written);
  if (Number.isFinite(amount)) return amount;
  return refuseValue(given, "a fill with a finite number", "−∞ in masked cells is neg-inf.");
}
