import { flag, type SettingsIn, settingTable, takes, wholeNumber } from "../../attention/setting.js";
import { FLOAT_NAMES, type FloatName, parseFloatName } from "../../check/machine/float-names.js";
import { setting } from "../../errors.js";
import type { Arithmetic } from "../../trace/evaluate/evaluation.js";
import type { Trace } from "../../trace/trace.js";
import { besides, type Conflict, type Need, need } from "../needs.js";
import { MAX_DECIMALS, parseNames } from "../views.js";
import { paperArithmetic, type Rounding, stateCarry } from "./carry.js";

/**
 * The settings of rounding as on paper. They change the numbers of a run, so they are settings of every command that
 * records.
 */
export const CARRY_SETTINGS = settingTable("Rounding", {
  carry: takes(
    "<k>",
    (given) => {
      parseRounding(String(given));
      return String(given);
    },
    "round every step to K decimals before the next, as on paper; 3s: to 3 significant digits",
  ),
  carrySteps: takes(
    "<ids>",
    (given) => (Array.isArray(given) ? given.map(String) : parseNames(given)),
    "round only these steps: scores,scaled-scores, or only output",
  ),
});

export type CarrySettings = SettingsIn<typeof CARRY_SETTINGS>;

/** Parses a rounding: "3" is 3 decimals, "3s" is 3 significant digits. Throws BAD_VALUE. */
export function parseRounding(text: string): Rounding {
  const digits = /^(.*)s$/.exec(text)?.[1];
  return digits === undefined
    ? { unit: "decimals", count: wholeNumber(0, MAX_DECIMALS)(text) }
    : { unit: "digits", count: wholeNumber(1, MAX_DECIMALS)(digits) };
}

/** An arithmetic other than plain float64, for a whole run. */
export interface OtherArithmetic {
  /** The arithmetic. Absent if it is float64 after all. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Adds to a run the facts about its arithmetic. */
  addFacts(trace: Trace): Trace;
}

/** Returns the rounding as on paper that settings ask for. */
export function carryOf({ carry, carrySteps }: CarrySettings): OtherArithmetic | undefined {
  if (carry === undefined) return undefined;
  const rounding = parseRounding(carry);
  return {
    arithmetic: paperArithmetic(rounding, carrySteps),
    addFacts: (trace) => stateCarry(trace, rounding, carrySteps),
  };
}

/**
 * The settings of the precision of a run. They change its numbers, so they are settings of every command that records.
 */
export const PRECISION_SETTINGS = settingTable("Precision", {
  dtype: takes(
    "<type>",
    parseFloatName,
    `compute in ${FLOAT_NAMES.join(", ")}; with ${setting("check")}: the type in which the answers were computed; fp16, bf16, half … work, too`,
  ),
  dtypeScores: {
    help: "also round the scores to the short type, as eager kernels do",
    parse: flag,
  },
});

export type PrecisionSettings = SettingsIn<typeof PRECISION_SETTINGS>;

/** The conflict between rounding as on paper and rounding as a machine does. One of them would be ignored. */
export const ROUNDING_CONFLICTS: readonly Conflict<CarrySettings & PrecisionSettings>[] = [
  { names: ["carry"], beside: ["dtype"], does: ["rounds steps as on paper", "as a machine does"] },
];

/** The needs of these settings. */
export const ARITHMETIC_NEEDS: readonly Need<CarrySettings & PrecisionSettings>[] = [
  besides("carry", "carrySteps"),
  need(
    `a short type: ${setting("dtype")} bfloat16 or ${setting("dtype")} float16`,
    ({ dtype }) => dtype === "bfloat16" || dtype === "float16",
    "dtypeScores",
  ),
];

/** Returns the type in which numbers are stored. tf32 is only used inside products, whose results are float32. */
export const keptAs = (type: FloatName) => (type === "tf32" ? "float32" : type);

/** Returns the rules for a machine's answers that options set: the type and the tolerance. */
export const rulesOf = ({ dtype, atol, rtol }: GivenPrecision) => ({
  dtype,
  ...((atol ?? rtol) !== undefined && { tolerance: { atol: atol ?? 0, rtol: rtol ?? 0 } }),
});

interface GivenPrecision {
  readonly dtype?: FloatName | undefined;
  readonly atol?: number | undefined;
  readonly rtol?: number | undefined;
}
