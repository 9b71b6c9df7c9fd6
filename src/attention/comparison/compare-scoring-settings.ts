import { setting, UserError } from "../../errors.js";
import { suggest } from "../../suggestion.js";
import { ATTEND_SETTINGS } from "../attend-settings.js";
import { SCORING_NAMES, type ScoringName } from "../scoring/registry.js";
import { listOf, number, type SettingsIn, settingTable, wholeNumber } from "../setting.js";
import { parseSweep } from "./sweep-range.js";

const { scoring: _, stream: _stream, loss: _loss, dropoutP: _dropoutP, ...SHARED_SETTINGS } = ATTEND_SETTINGS;

function parseScoring(word: unknown): ScoringName {
  const found = SCORING_NAMES.find((name) => name === word);
  if (found) return found;
  throw new UserError("BAD_VALUE", `"${String(word)}" is no scoring.`, suggest(String(word), SCORING_NAMES));
}

export const COMPARE_SCORING_SETTINGS = settingTable("Comparison", {
  scorings: {
    value: "<names>",
    help: `which to compare: ${SCORING_NAMES.join(", ")}`,
    brief: "the scorings to compare: dot,cosine,additive",
    defaultText: "all whose parameters are given",
    parse: Object.assign(
      (given: unknown): readonly ScoringName[] => [...new Set(listOf(parseScoring)(given))],
      {
        choices: SCORING_NAMES,
      },
    ),
  },
  seed: {
    value: "<n>",
    help: `the seed of missing parameters (Glorot uniform), of the samples of a sweep and of ${setting("random")}`,
    parse: wholeNumber(0),
  },
  dA: {
    value: "<n>",
    help: "the number of features of drawn parameters",
    defaultText: "d_k",
    parse: wholeNumber(1),
  },
  jacobian: {
    value: "<row>",
    help: "also the Jacobian diag(p) − p pᵀ of the softmax of this row",
    parse: wholeNumber(0),
  },
  outputGradient: {
    value: "<numbers>",
    help: "∂L/∂output of that row, d_v numbers: how the gradient reaches the scores",
    parse: listOf(number),
  },
  sweep: {
    value: "<range>",
    help: "how the numbers change as one size grows: d_k=2..512 (doubling), n=, scale=, softcap=, temperature=",
    group: "Sweep",
    brief: "how scores change as one size grows: d_k=2..512",
    parse: (given) => {
      parseSweep(given);
      return String(given).trim();
    },
  },
  samples: {
    value: "<n>",
    help: "queries drawn for each size of a sweep",
    group: "Sweep",
    default: 1000,
    parse: wholeNumber(2),
  },
  sampleKeys: {
    value: "<n>",
    help: "the number of keys of a drawn query",
    group: "Sweep",
    default: 16,
    parse: wholeNumber(2),
  },
  sampleSize: {
    value: "<d>",
    help: "d_k, if a sweep is over something else",
    group: "Sweep",
    default: 64,
    parse: wholeNumber(1),
  },
  ...SHARED_SETTINGS,
});

/** Settings of `compare-scoring`: those of one attention except `scoring`, and those of the comparison. */
export type CompareScoringSettings = SettingsIn<typeof COMPARE_SCORING_SETTINGS>;
