import { mapCells } from "../../../math/matrix.js";
import { recordOther } from "../../mistakes/mistake.js";
import { rotaryPairing } from "../../mistakes/positions.js";
import { tasksOf } from "../task.js";
import { usesAlibi, withBias } from "./conditioning.js";
import { alsoOfSheets, type KernelMistake, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";
import { ropeDirection } from "./rope-direction.js";

// What is done wrong with ALiBi and RoPE.

/** ALiBi with another slope for each head, from the bias that there is: its slope times the distance. */
const withSlopes = (
  slope: (head: number, heads: number) => number,
  given: Suspicion,
  parameters?: Variant["parameters"],
) => {
  const heads = given.tasks.length;
  return withBias((bias, { head }) => {
    const factor = slope(head, heads) / usualSlope(head, heads);
    return mapCells(bias, (b) => b * factor);
  }, parameters);
};

/** 2^(−8·h/H), and for other numbers of heads than powers of two what Press et al. 2022 put between. */
function usualSlope(head: number, heads: number): number {
  const below = 2 ** Math.floor(Math.log2(heads));
  return head < below
    ? 2 ** ((-8 * (head + 1)) / below)
    : 2 ** ((-8 * (2 * (head - below) + 1)) / (2 * below));
}

const SLOPES = "slopes are 2^(−8·h/H), h = 1 … H, steep in the first head";

const alibiReversed: KernelMistake = {
  id: "alibi-slopes-reversed",
  step: "biased-scores",
  title: "The slopes of ALiBi are in the reverse order: the first head has the flattest.",
  formula: SLOPES,
  fix: "Head 0 has the steepest slope.",
  variants: (given) =>
    usesAlibi(given) ? [withSlopes((head, heads) => usualSlope(heads - 1 - head, heads), given)] : [],
};

const alibiShared: KernelMistake = {
  id: "alibi-slope-shared",
  step: "biased-scores",
  title: "Every head has the same slope of ALiBi.",
  formula: SLOPES,
  fix: "Take the slope by the number of the head.",
  variants: (given) =>
    usesAlibi(given) && given.tasks.length > 1
      ? given.tasks.map(({ head }) =>
          withSlopes((_, heads) => usualSlope(head, heads), given, { slope: `that of head ${head}` }),
        )
      : [],
};

const alibiNextPower: KernelMistake = {
  id: "alibi-slopes-next-power",
  step: "biased-scores",
  title:
    "The slopes of ALiBi are those of another number of heads: of a power of two, or taken as if H were one.",
  formula:
    "for H that is no power of two: the slopes of the power below, then every second one of the power above",
  fix: "Take the slopes of the power of two below H first.",
  variants: (given) =>
    usesAlibi(given)
      ? [
          withSlopes((head, heads) => 2 ** ((-8 * (head + 1)) / 2 ** Math.ceil(Math.log2(heads))), given, {
            heads: "next power of two",
          }),
          withSlopes((head, heads) => 2 ** ((-8 * (head + 1)) / heads), given, { heads: "as they are" }),
          withSlopes((head, heads) => 2 ** ((-8 * head) / heads), given, { first: "2^0" }),
        ]
      : [],
};

/** Attention recorded with other settings. */
function recorded(given: Suspicion, settings: object, parameters?: Variant["parameters"]): Variant[] {
  const trace = recordOther(given.homework, settings);
  const others = trace ? tasksOf(trace) : [];
  if (others.length !== given.tasks.length) return [];
  return [onOther((task) => others[task.head] ?? task, parameters)];
}

const rotation = ({ homework }: Suspicion) => {
  const { rope, base } = homework.problem.settings as { rope?: string; base?: number };
  return rope === undefined ? undefined : { rope, base: base ?? 10_000 };
};

const ropePositionOff: KernelMistake = {
  id: "rope-position-off",
  step: "q-rotated",
  title: "RoPE counted positions from another number.",
  formula: "row i of the queries stands at position offset + i",
  fix: "Positions of queries and keys count from the same first token; a cache moves the queries.",
  *variants(given) {
    if (!rotation(given)) return;
    yield* recorded(given, { offset: offsetOf(given) + 1 }, { first: offsetOf(given) + 1 });
    yield* queriesTurnedOn(given, 1);
    yield* queriesTurnedOn(given, -1);
    const { query, key } = given.tasks[0];
    if (query.rows !== key.rows) yield* queriesTurnedOn(given, query.rows - key.rows);
  },
};

const offsetOf = ({ homework }: Suspicion) => (homework.problem.settings as { offset?: number }).offset ?? 0;

/** Queries at other positions than keys: those of a run whose positions begin elsewhere, with the keys of this one. */
function queriesTurnedOn(given: Suspicion, by: number): Variant[] {
  const trace = recordOther(given.homework, { offset: offsetOf(given) + by });
  const others = trace ? tasksOf(trace) : [];
  if (others.length !== given.tasks.length) return [];
  return [onOther((task) => ({ ...task, query: others[task.head]?.query ?? task.query }), { queries: by })];
}

const ropeBaseOff: KernelMistake = {
  id: "base-off",
  step: "inverse-frequencies",
  title: "RoPE was turned with another base.",
  formula: "ω_i = base^(−2i/d)",
  fix: "Take the base of the model.",
  variants(given) {
    const own = rotation(given);
    if (!own) return [];
    return BASES.filter((base) => base !== own.base).flatMap((base) => recorded(given, { base }, { base }));
  },
};

const BASES = [10_000, 500_000, 1_000_000, 1_000, 100, 100_000, 5_000_000, 10_000_000];

const ropeMissing: KernelMistake = {
  id: "rope-missing",
  step: "q-rotated",
  title: "Queries and keys were not turned by their positions, or only one of them.",
  formula: "(R_i q_i) · (R_j k_j)",
  fix: "Turn both before the products.",
  *variants(given) {
    if (!rotation(given)) return;
    yield* recorded(given, { rope: undefined });
    const trace = recordOther(given.homework, { rope: undefined });
    const others = trace ? tasksOf(trace) : [];
    if (others.length !== given.tasks.length) return;
    yield onOther((task) => ({ ...task, key: others[task.head]?.key ?? task.key }), {
      turned: "queries alone",
    });
    yield onOther((task) => ({ ...task, query: others[task.head]?.query ?? task.query }), {
      turned: "keys alone",
    });
  },
};

const OTHER_PAIRS: Readonly<Record<string, string>> = {
  interleaved: "half-split",
  "half-split": "interleaved",
};

export const POSITIONS: readonly KernelMistake[] = [
  ...[alibiReversed, alibiShared, alibiNextPower],
  alsoOfSheets(rotaryPairing, (given) => {
    const own = rotation(given);
    return own ? recorded(given, { rope: OTHER_PAIRS[own.rope] }) : [];
  }),
  ...[ropePositionOff, ropeBaseOff, ropeMissing, ropeDirection],
];
