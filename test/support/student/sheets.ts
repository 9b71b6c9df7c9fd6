import { createRandom } from "../random.js";
import {
  COARSE_ROOT,
  CONCEPTS,
  type Concept,
  isPossible,
  MORE_CONCEPTS,
  OTHER_ROUTES,
  UNLISTED,
} from "./concepts.js";
import { drawComparison, drawGradients, drawLayer, drawTable } from "./more-work.js";
import { MORE_RARE, MORE_ROUTES, MORE_UNNAMED, RARE, UNNAMED } from "./rare-concepts.js";
import { drawSlip, type SlipKind } from "./slips.js";
import {
  type Made,
  type Slip,
  type Student,
  solve,
  type WrittenRows,
  type WrittenStep,
  writeRows,
  writeSheet,
} from "./student.js";
import { drawAttend, drawMultihead, oneOf, type Work, wholeIn } from "./work.js";

/** What a student did, as a marker has to name it. */
export type TrueCause =
  | { readonly kind: "slip"; readonly key: string; readonly row: number; readonly col: number }
  | {
      readonly kind: "concept";
      readonly id: string;
      readonly head: number | undefined;
      readonly rows: readonly number[] | undefined;
    };

/** A sheet on which every cell is known to be right or wrong, with the causes. */
export interface TrueSheet {
  readonly work: Work;
  readonly steps: readonly WrittenStep[];
  readonly causes: readonly TrueCause[];
  /** Whether the mistake has no name in any list, so that any name is false. */
  readonly isUnlisted: boolean;
  /** Names of mistakes with the same effect as one without a name. */
  readonly fits: readonly string[];
}

const NAMELESS = [...UNLISTED, ...UNNAMED, ...MORE_UNNAMED];

type Random = () => number;

/** What goes wrong on the sheets of a category. `make` returns undefined if it cannot be done in this problem. */
interface Category {
  readonly draw?: (random: Random) => Work;
  readonly make?: (random: Random, work: Work) => readonly Made[] | undefined;
  readonly slips?: { readonly kinds: readonly SlipKind[]; readonly steps: "one" | "several" };
  /** Whether the student rounds some steps and not others. */
  readonly roundsNowAndThen?: true;
  readonly isUnlisted?: true;
}

const drawAny = (random: Random): Work => (random() < 0.6 ? drawAttend(random) : drawMultihead(random));

const possible = (concepts: readonly Concept[], work: Work) =>
  concepts.filter((concept) => isPossible(concept, work));

const one = (concepts: readonly Concept[]) => (random: Random, work: Work) => [
  { concept: oneOf(random, possible(concepts, work)) },
];

const BY_ROW = CONCEPTS.filter(({ isByRow }) => isByRow);

const inOneRow = (random: Random, work: Work): readonly Made[] => {
  const rows = [wholeIn(random, 0, work.steps[0].make((key) => work.matrices[key]).length - 1)];
  const head = work.command === "multihead" ? wholeIn(random, 0, 1) : undefined;
  return [{ concept: oneOf(random, possible(BY_ROW, work)), rows, head }];
};

const inOneHead = (random: Random, work: Work): readonly Made[] => [
  { concept: oneOf(random, possible(CONCEPTS, work)), head: wholeIn(random, 0, 1) },
];

function two(random: Random, work: Work): readonly Made[] | undefined {
  const [concept, other] = [0, 1].map(() => oneOf(random, possible(CONCEPTS, work)));
  return concept.at === other.at ? undefined : [{ concept }, { concept: other }];
}

const inOneRowOf =
  (concepts: readonly Concept[]) =>
  (random: Random, work: Work): readonly Made[] | undefined => {
    const found = possible(
      concepts.filter(({ isByRow }) => isByRow),
      work,
    );
    const rows = [wholeIn(random, 0, work.steps[0].make((key) => work.matrices[key]).length - 1)];
    const head = work.command === "multihead" ? wholeIn(random, 0, 1) : undefined;
    return found.length > 0 ? [{ concept: oneOf(random, found), rows, head }] : undefined;
  };
const inOneHeadOf =
  (concepts: readonly Concept[]) =>
  (random: Random, work: Work): readonly Made[] => [
    {
      concept: oneOf(
        random,
        possible(concepts, work).filter(({ at }) => !["q", "k", "v", "concat", "output"].includes(at)),
      ),
      head: wholeIn(random, 0, 1),
    },
  ];
const twoOf =
  (concepts: readonly Concept[], count: number) =>
  (random: Random, work: Work): readonly Made[] | undefined => {
    const made = Array.from({ length: count }, () => oneOf(random, possible(concepts, work)));
    return new Set(made.map(({ at }) => at)).size < count ? undefined : made.map((concept) => ({ concept }));
  };
const inTwoRows = (random: Random, work: Work): readonly Made[] => {
  const [a, b] = [0, 1].map(() =>
    oneOf(random, possible([...BY_ROW, ...RARE.filter(({ isByRow }) => isByRow)], work)),
  );
  if (a === b) return [];
  const head = work.command === "multihead" ? wholeIn(random, 0, 1) : undefined;
  return [
    { concept: a, rows: [0], head },
    { concept: b, rows: [2], head },
  ];
};

const slips = (steps: "one" | "several", ...kinds: SlipKind[]) => ({ slips: { kinds, steps } });

/** The same categories for other kinds of work. */
const oneLayer = { draw: drawLayer };
const table = { draw: drawTable };
const gradients = { draw: drawGradients };
const comparison = { draw: drawComparison };
/** Each scoring computes scores in its own way, so concepts of that step are left out. */
const OF_ANY_SCORING = [...CONCEPTS, ...RARE].filter(({ at }) => at !== "scores");

/** The categories of sheets. */
export const CATEGORIES = {
  right: {},
  "right, rounded now and then": { roundsNowAndThen: true },
  "another right route": { make: (random) => oneOf(random, OTHER_ROUTES).map((concept) => ({ concept })) },
  "copying slip with a right end": slips("one", "copy"),
  "one digit": slips("one", "digit"),
  "one concept": { make: one(CONCEPTS) },
  "one concept in one row": { make: inOneRow },
  "one concept in one head of two": { make: inOneHead, draw: drawMultihead },
  "one slip": slips("one", "value"),
  "two slips in one step": slips("one", "value", "value"),
  "two slips in two steps": slips("several", "value", "value"),
  "three slips": slips("several", "value", "value", "value"),
  "concept and slip": { make: one(CONCEPTS), ...slips("one", "value") },
  "two concepts": { make: two },
  "√2 taken as 1.4": { make: one([COARSE_ROOT]), draw: (random) => drawAttend(random, 2) },
  "gradients, right": gradients,
  "gradients, one concept": { ...gradients, make: one(MORE_CONCEPTS) },
  "gradients, one slip": { ...gradients, ...slips("one", "value") },
  "gradients, two slips in two steps": { ...gradients, ...slips("several", "value", "value") },
  "layer, right": oneLayer,
  "layer, one concept": { ...oneLayer, make: one([...CONCEPTS, ...MORE_CONCEPTS]) },
  "layer, one slip": { ...oneLayer, ...slips("one", "value") },
  "layer, two slips in two steps": { ...oneLayer, ...slips("several", "value", "value") },
  "positions, right": table,
  "positions, one concept": { ...table, make: one(MORE_CONCEPTS) },
  "positions, one slip": { ...table, ...slips("one", "value") },
  "not in any list": { make: one(UNLISTED), isUnlisted: true },
  "rare concept": { make: one(RARE) },
  "rare concept in one row": { make: inOneRowOf(RARE) },
  "rare concept in one head of two": { make: inOneHeadOf(RARE), draw: drawMultihead },
  "comma slip": slips("one", "comma"),
  "digits swapped": slips("one", "swap"),
  "sign slip": slips("one", "sign"),
  "rare concept and two slips": { make: one(RARE), ...slips("several", "value", "swap") },
  "two rare concepts": { make: twoOf([...RARE, ...CONCEPTS], 2) },
  "three concepts": { make: twoOf([...RARE, ...CONCEPTS], 3) },
  "concepts in two rows": { make: inTwoRows },
  "more routes": {
    make: (random, work) =>
      oneOf(
        random,
        MORE_ROUTES.filter((r) => r.every((c) => isPossible(c, work))),
      ).map((concept) => ({ concept })),
  },
  "more routes and a slip": {
    make: (random, work) =>
      oneOf(
        random,
        MORE_ROUTES.filter((r) => r.every((c) => isPossible(c, work))),
      ).map((concept) => ({ concept })),
    ...slips("one", "value"),
  },
  unnamed: { make: one(UNNAMED), isUnlisted: true },
  "unnamed in one row": { make: inOneRowOf(UNNAMED), isUnlisted: true },
  "unnamed in one head": { make: inOneHeadOf(UNNAMED), draw: drawMultihead, isUnlisted: true },
  "unnamed and slip": { make: one(UNNAMED), isUnlisted: true, ...slips("one", "value") },
  "unnamed and concept": {
    make: (random, work) => [...one(UNNAMED)(random, work), ...one(CONCEPTS)(random, work)],
    isUnlisted: true,
  },
  "layer, rare": { ...oneLayer, make: one([...RARE, ...MORE_RARE]) },
  "layer, two": { ...oneLayer, make: twoOf([...RARE, ...MORE_RARE, ...CONCEPTS, ...MORE_CONCEPTS], 2) },
  "layer, unnamed": { ...oneLayer, make: one([...UNNAMED, ...MORE_UNNAMED]), isUnlisted: true },
  "gradients, rare": { ...gradients, make: one(MORE_RARE) },
  "gradients, unnamed": { ...gradients, make: one(MORE_UNNAMED), isUnlisted: true },
  "positions, rare": { ...table, make: one(MORE_RARE) },
  "positions, two": { ...table, make: twoOf([...MORE_RARE, ...MORE_CONCEPTS], 2) },
  "positions, unnamed": { ...table, make: one(MORE_UNNAMED), isUnlisted: true },
  "positions, concept and slip": {
    ...table,
    make: one([...MORE_RARE, ...MORE_CONCEPTS]),
    ...slips("one", "value"),
  },
  "comparison, right": comparison,
  "comparison, one concept": { ...comparison, make: one(CONCEPTS) },
  "comparison, in one scoring": { ...comparison, make: inOneHeadOf(OF_ANY_SCORING) },
  "comparison, one slip": { ...comparison, ...slips("one", "value") },
  "comparison, two slips in two steps": { ...comparison, ...slips("several", "value", "value") },
  "comparison, concept and slip": { ...comparison, make: one(OF_ANY_SCORING), ...slips("one", "value") },
  "comparison, unnamed": { ...comparison, make: inOneHeadOf(UNNAMED), isUnlisted: true },
} satisfies Readonly<Record<string, Category>>;

export type CategoryName = keyof typeof CATEGORIES;

/**
 * Whether a category is counted apart: sheets with a mistake without a name, and sheets that are rounded irregularly.
 */
export const isApart = (name: CategoryName): boolean =>
  "isUnlisted" in CATEGORIES[name] || "roundsNowAndThen" in CATEGORIES[name];

/** The largest score: nobody computes e^x of larger ones by hand. */
const MOST_SCORE = 6;

const isPlausible = (work: Work): boolean => {
  const get = solve(work);
  const scores = work.steps.filter(({ id }) => id === "scaled-scores").flatMap(({ key }) => get(key).flat());
  return scores.every((score) => Math.abs(score) <= MOST_SCORE);
};

/** The chance that a step is written. */
const SHARES: Readonly<Record<string, number>> = {
  ...{ output: 1, weights: 0.9, scores: 0.75, "scaled-scores": 0.6, "masked-scores": 0.5 },
  ...{ exponentials: 0.5, "row-sums": 0.4, q: 0.4, k: 0.4, v: 0.4, context: 0.6, concat: 0.4 },
};

function drawStudent(random: Random, work: Work, nowAndThen: boolean): Omit<Student, "made" | "slips"> {
  const ids = [...new Set(work.steps.map(({ id }) => id))];
  const roundsAll = random() < 0.5;
  const choices = new Map(
    work.steps.map(({ key }) => [key, nowAndThen ? random() < 0.5 : roundsAll] as const),
  );
  return {
    decimals: oneOf(random, [2, 2, 3, 3, 4]),
    writes: new Set(ids.filter((id) => random() < (SHARES[id] ?? 0.5))),
    rounds: (key) => choices.get(key) ?? roundsAll,
  };
}

/** A mistake counts if it makes at least this many cells wrong. Others cannot be distinguished from rounding. */
const FEWEST_WRONG = 2;

const wrongCells = (steps: readonly WrittenStep[]): number =>
  steps.reduce((count, { truth }) => count + truth.flat().filter((cell) => cell === "wrong").length, 0);

/** Whether two sheets of the same student differ by no more than rounding. */
function areAlike(steps: readonly WrittenRows[], others: readonly WrittenRows[]): boolean {
  return steps.every(({ key, rows, decimals }) => {
    const other = others.find((step) => step.key === key);
    return rows.every((cells, row) =>
      cells.every((x, col) => {
        const y = other?.rows[row][col] ?? Number.NaN;
        return x === y || Math.abs(x - y) <= 3 * 10 ** -decimals;
      }),
    );
  });
}

/**
 * Whether everything that was done can be found out: it leaves wrong cells, and no other concept in its place gives the
 * same cells.
 */
function canBeTold(work: Work, student: Student): boolean {
  const steps = writeRows(work, { ...student, slips: [] });
  return student.made.every((made) => {
    if (made.concept.isRight) return true;
    const rest = student.made.filter((other) => other !== made);
    if (areAlike(steps, writeRows(work, { ...student, made: rest, slips: [] }))) return false;
    if (made.concept === COARSE_ROOT) return true;
    const alone = writeSheet(work, { ...student, made: [made], slips: [] });
    if (wrongCells(alone) < FEWEST_WRONG) return false;
    const rivals = possible([...CONCEPTS, ...MORE_CONCEPTS, ...RARE, ...MORE_RARE], work).filter(
      (concept) => concept !== made.concept,
    );
    return !rivals.some((concept) =>
      areAlike(steps, writeRows(work, { ...student, made: [...rest, { ...made, concept }], slips: [] })),
    );
  });
}

/** Finds the steps for slips: those without a concept, because one would explain the other's cells. */
function slippable(work: Work, steps: readonly WrittenStep[]): readonly WrittenStep[] {
  const isSound = ({ truth }: WrittenStep) => truth.flat().every((cell) => cell === "sound");
  return steps.filter((step) => isSound(step) && work.steps.some(({ key }) => key === step.key));
}

function addSlips(
  random: Random,
  work: Work,
  student: Student,
  { kinds, steps }: NonNullable<Category["slips"]>,
) {
  const found: Slip[] = [];
  for (const kind of kinds) {
    const written = writeSheet(work, { ...student, slips: found });
    const places = slippable(work, writeSheet(work, { ...student, slips: [] })).filter(({ key }) =>
      steps === "one" ? (found[0]?.key ?? key) === key : found.every((slip) => slip.key !== key),
    );
    // A wrong copy can be noticed only if a later step shows that the number was right.
    const chosen = kind === "copy" ? places.filter(({ key }) => key !== "output") : places;
    if (chosen.length === 0) return undefined;
    const { key } = oneOf(random, chosen);
    const step = written.find((other) => other.key === key);
    const slip = step && drawSlip(random, kind, step, found);
    if (!slip) return undefined;
    found.push(slip);
  }
  return found;
}

function drawSheet(
  random: Random,
  category: Category,
  work = (category.draw ?? drawAny)(random),
): TrueSheet | undefined {
  const { make, slips: wanted, roundsNowAndThen = false, isUnlisted = false } = category;
  if (!isPlausible(work)) return undefined;
  const made = make?.(random, work) ?? [];
  if (make && made.length === 0) return undefined;
  const drawn = drawStudent(random, work, roundsNowAndThen);
  const unwritten = made.flatMap(({ concept }) => concept.unwritten ?? []);
  const writes = new Set([...drawn.writes].filter((id) => !unwritten.includes(id)));
  const student: Student = { ...drawn, writes, made, slips: [] };
  if (student.writes.size < 2 || !canBeTold(work, student)) return undefined;
  const found = wanted ? addSlips(random, work, student, wanted) : [];
  if (!found) return undefined;
  const steps = writeSheet(work, { ...student, slips: found });
  if (steps.some(({ rows }) => rows.flat().some(Number.isNaN))) return undefined;
  const concepts = made.filter(({ concept }) => !concept.isRight && !NAMELESS.includes(concept));
  return {
    ...{ work, isUnlisted, steps, fits: made.flatMap(({ concept }) => concept.fits ?? []) },
    causes: [
      ...concepts.map(({ concept, head, rows }) => ({
        kind: "concept" as const,
        id: concept.id,
        head,
        rows,
      })),
      ...found.map(({ key, row, col }) => ({ kind: "slip" as const, key, row, col })),
    ],
  };
}

/** If this many drawn students in a row cannot do what the category asks, the generator is wrong. */
const MOST_TRIES = 2000;

/** Draws the sheets of a category. */
export function drawSheets(name: CategoryName, seed: number, count: number): readonly TrueSheet[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => drawOne(random, name));
}

function drawOne(random: Random, name: CategoryName, work?: Work): TrueSheet {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const sheet = drawSheet(random, CATEGORIES[name], work);
    if (sheet) return sheet;
  }
  throw new RangeError(`no sheet of "${name}" was found`);
}

/** The categories of the students of a class. */
const IN_CLASS: readonly CategoryName[] = [
  ...(["right", "one concept", "one slip", "two slips in two steps", "concept and slip"] as const),
  ...(["two concepts", "concept and slip", "rare concept", "unnamed"] as const),
];

/** Draws different sheets of one problem, as a class hands them in. They take the categories of `IN_CLASS` in turn. */
export function drawClass(seed: number, count: number): readonly TrueSheet[] {
  const random = createRandom(seed);
  const [{ work }] = drawSheets("one concept", seed, 1);
  return Array.from({ length: count }, (_, at) => drawOne(random, IN_CLASS[at % IN_CLASS.length], work));
}

/** Draws right sheets, and changes one cell of the last step by this many units of the last digit. */
export function drawMoved(seed: number, count: number, units: number): readonly TrueSheet[] {
  const random = createRandom(seed);
  return drawSheets("right", seed + 1, count).map((sheet) => {
    const last = sheet.steps[sheet.steps.length - 1];
    const [row, col] = [
      wholeIn(random, 0, last.rows.length - 1),
      wholeIn(random, 0, last.rows[0].length - 1),
    ];
    const by = (random() < 0.5 ? -1 : 1) * units * 10 ** -last.decimals;
    const rows = last.rows.map((cells, at) =>
      cells.map((x, to) => (at === row && to === col ? Number((x + by).toFixed(last.decimals)) : x)),
    );
    const truth = last.truth.map((cells, at) =>
      cells.map((cell, to) => (at === row && to === col ? ("wrong" as const) : cell)),
    );
    const steps = [...sheet.steps.slice(0, -1), { ...last, rows, truth }];
    return { ...sheet, steps, causes: [{ kind: "slip" as const, key: last.key, row, col }] };
  });
}
