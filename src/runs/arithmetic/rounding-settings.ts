import { type AnySettingTable, flag, type SettingsIn, wholeNumber } from "../../attention/setting.js";
import { FLOAT_NAMES, parseFloatName } from "../../check/machine/float-names.js";
import { UserError } from "../../errors.js";
import { paperArithmetic, type Rounding, stateCarry } from "../../explain/carry.js";
import type { Arithmetic } from "../../trace/recorder.js";
import type { Trace } from "../../trace/trace.js";
import type { Need } from "../needs.js";
import { MOST_DECIMALS, parseNames } from "../views.js";

/** Rounding as on paper. It changes the numbers of a run, so it stands among its settings, for every command. */
export const CARRY_SETTINGS = {
  carry: {
    flag: "--carry <k>",
    help: "round every step to K decimals before the next, as on paper; 3s: to 3 significant digits",
    group: "Rounding",
    parse: (given) => {
      parseRounding(String(given));
      return String(given);
    },
  },
  carrySteps: {
    flag: "--carry-steps <ids>",
    help: "round only these steps: scores,scaled-scores, or output for the result alone",
    group: "Rounding",
    parse: (given) => (Array.isArray(given) ? given.map(String) : parseNames(given)),
  },
} satisfies AnySettingTable;

export type CarrySettings = SettingsIn<typeof CARRY_SETTINGS>;

/** Throws BAD_VALUE. */
export function parseRounding(text: string): Rounding {
  const digits = /^(.*)s$/.exec(text)?.[1];
  return digits === undefined
    ? { unit: "decimals", count: wholeNumber(0, MOST_DECIMALS)(text) }
    : { unit: "digits", count: wholeNumber(1, MOST_DECIMALS)(digits) };
}

/** A run by other arithmetic than that of float64. */
export interface OtherArithmetic {
  /** Absent: that of float64 after all. */
  readonly arithmetic?: Arithmetic | undefined;
  /** The run with what is said of it. */
  state(trace: Trace): Trace;
}

/** The rounding that settings ask for. */
export function carryOf({ carry, carrySteps }: CarrySettings): OtherArithmetic | undefined {
  if (carry !== undefined) {
    const rounding = parseRounding(carry);
    return {
      arithmetic: paperArithmetic(rounding, carrySteps),
      state: (trace) => stateCarry(trace, rounding, carrySteps),
    };
  }
  return undefined;
}

/** The precision that a run is worked in. It changes its numbers, so it stands among its settings, for every command. */
export const PRECISION_SETTINGS = {
  dtype: {
    flag: "--dtype <type>",
    help: `work as a machine does in ${FLOAT_NAMES.join(", ")}; with --check: what the answers were worked in; fp16, bf16, half … are understood`,
    group: "Precision",
    parse: parseFloatName,
  },
  dtypeScores: {
    flag: "--dtype-scores",
    help: "scores are rounded to the short type as well, as by eager kernels",
    group: "Precision",
    parse: flag,
  },
} satisfies AnySettingTable;

export type PrecisionSettings = SettingsIn<typeof PRECISION_SETTINGS>;

/** Throws USAGE for rounding as on paper and as a machine rounds: one of them would be lost. */
export function refuseTwoRoundings({ carry, dtype }: CarrySettings & PrecisionSettings): void {
  if (carry === undefined || dtype === undefined) return;
  throw new UserError("USAGE", "--carry rounds steps as on paper, and --dtype as a machine does.", {
    hint: "Leave one of them out.",
  });
}

/** What these settings are about. */
export const ARITHMETIC_NEEDS: readonly Need<{ readonly settings: CarrySettings & PrecisionSettings }>[] = [
  { names: ["carrySteps"], of: "--carry", isThere: ({ settings: { carry } }) => carry !== undefined },
  {
    names: ["dtypeScores"],
    of: "a short type: --dtype bfloat16 or --dtype float16",
    isThere: ({ settings: { dtype } }) => dtype === "bfloat16" || dtype === "float16",
  },
];
