import { once } from "../../math/remember.js";
import { type Answers, shortestHolding } from "./answers.js";
import { type AnswerName, comparedAnswers, findMisfit, type Misfit } from "./misfit.js";
import type { Conventions } from "./replay.js";
import { nameOf, PRECISIONS } from "./scoring.js";

/** The conventions that were found, with rounded numbers as they are printed, and whether they explain the answers. */
export interface Explained extends Pick<Conventions, "precision" | "scoring" | "fill" | "sinks"> {
  /** The answers that were compared with a replay of these conventions. */
  readonly compared: readonly AnswerName[];
  /** The number that is farthest from the replay, if rounding does not explain all numbers. */
  readonly misfit: Misfit | undefined;
  /**
   * Whether the output has more bits than the weights it was made of. Then no other number shows how the weights are
   * rounded.
   */
  readonly isKeptFiner: boolean;
}

/** Numbers of digits, tried in turn: significant digits of a scale, of a softcap and a fill, and decimals of a sink. */
const DIGITS = [
  [4, 2, 1],
  [5, 4, 3],
  [6, 6, 5],
  [9, 9, 8],
] as const;

/**
 * Replays the conventions on the probe with rounded numbers. Chooses the finest precision, and then the fewest digits,
 * that explain the answers. Returns the first attempt if none does.
 */
export function explainAnswers(found: Conventions, plain: Answers, masked: Answers | undefined): Explained {
  const compared = comparedAnswers(found, plain, masked);
  const isShort = shortestHolding(plain.output) !== undefined;
  const tried = precisionsOf(found, isShort).flatMap((precision) =>
    DIGITS.map((digits) => ({ ...found, precision, ...withDigits(found, digits) })),
  );
  const replays = tried.map((one) => ({ ...one, misfit: once(() => findMisfit(one, plain, masked)) }));
  const best = replays.find(({ misfit }) => misfit() === undefined) ?? replays[0];
  const { precision, scoring, fill, sinks } = best;
  const isKeptFiner = !isShort && precision !== "float32";
  return { precision, scoring, fill, sinks, compared, misfit: best.misfit(), isKeptFiner };
}

/** Lists the precisions to try. The logarithms of the weights alone cannot distinguish float16 from bfloat16. */
function precisionsOf({ precision }: Conventions, isShort: boolean): readonly Conventions["precision"][] {
  if (isShort || precision === "float32") return [precision];
  const names = PRECISIONS.map(({ name }) => name);
  return names.slice(names.indexOf(precision));
}

function withDigits(
  { scoring, fill, sinks }: Conventions,
  [ofScale, ofOthers, ofSinks]: (typeof DIGITS)[number],
) {
  const { scale, softcap } = scoring;
  return {
    scoring: {
      scale: nameOf(scoring) ? scale : Number(scale.toPrecision(ofScale)),
      softcap: softcap === undefined ? undefined : Number(softcap.toPrecision(ofOthers)),
    },
    fill: fill === undefined ? undefined : Number(fill.toPrecision(ofOthers)),
    sinks: sinks?.map((sink) => Number(sink.toFixed(ofSinks)) + 0),
  };
}
