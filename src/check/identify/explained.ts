import { once } from "../../math/remember.js";
import { type Answers, shortestHolding } from "./answers.js";
import { type AnswerName, comparedAnswers, findMisfit, type Misfit } from "./misfit.js";
import type { Conventions } from "./replay.js";
import { nameOf, PRECISIONS } from "./scoring.js";

/** Conventions as they are written, and whether they explain the answers. */
export interface Explained extends Pick<Conventions, "precision" | "scoring" | "fill" | "sinks"> {
  /** The answers that were compared with what these conventions make. */
  readonly compared: readonly AnswerName[];
  /** The number in them that is farthest off what the conventions make, where rounding does not explain all. */
  readonly misfit: Misfit | undefined;
  /** Whether the output has more bits than the weights that it was made of: then nothing else says how these are rounded. */
  readonly isKeptFiner: boolean;
}

/** So many digits of a scale, and of a softcap and a fill, and decimals of a sink are tried in turn. */
const DIGITS = [
  [4, 2, 1],
  [5, 4, 3],
  [6, 6, 5],
  [9, 9, 8],
] as const;

/**
 * Replays conventions on the probe, with their numbers as they are written: with the fewest digits, and in the finest precision, that
 * explain the answers. Where none do, it is the first that is told.
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

/** Logarithms of weights alone do not tell float16 from bfloat16. */
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
