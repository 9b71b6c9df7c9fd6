import { resultOf, setting, UserError } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { drawUniform, evaluateSizes } from "../../ops/sources.js";
import { storedAs } from "../linear.js";
import { type Ref, record, recorder } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { featuresOf } from "../scoring/features.js";
import { SCORING_NAMES, type ScoringName, scoringOf } from "../scoring/registry.js";
import {
  PARAMETERS,
  type ParameterName,
  requireInputs,
  type Scoring,
  type ScoringInputs,
  type ScoringShapes,
} from "../scoring/scoring.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import { sizesOf } from "./costs.js";

/** How parameters are drawn, as a text. */
export const INITIALISATION = "Glorot uniform, U(−√(6/(in + out)), √(6/(in + out)))";

/** A parameter that must be drawn. */
interface DrawnParameter extends Pick<Ref, "key" | "shape" | "axes"> {
  /** The numbers of its inputs and outputs. */
  readonly fans: readonly number[];
}

type DrawnParameters = Readonly<Partial<Record<ParameterName, DrawnParameter>>>;

/** Returns the parameters of a scoring that are not given, with the shapes in which they would be stored. */
export function missingParameters(
  scoring: Scoring,
  { parameters: given, layout }: Pick<ScoringShapes, "parameters" | "layout">,
  sizes: Readonly<Record<string, number>>,
): DrawnParameters {
  const missing: Partial<Record<ParameterName, DrawnParameter>> = {};
  for (const name of PARAMETERS) {
    const shape = scoring.parameters[name];
    if (!shape || given[name]) continue;
    // Vectors may be rows or columns. Only a matrix W depends on the layout.
    const [rows, cols] = storedAs(name === "va" || shape[0] === "1" ? "in-out" : layout, ...shape);
    const sizeOf = (size: string) => evaluateSizes(size, sizes);
    missing[name] = {
      key: name,
      shape: { rows: sizeOf(rows), cols: sizeOf(cols) },
      axes: [{ name: rows }, { name: cols }],
      fans: shape.map(sizeOf),
    };
  }
  return missing;
}

/**
 * Records parameters of a scoring, drawn from `seed` with the initialisation of Glorot and Bengio (2010). Each has its
 * own random stream, so they do not depend on what else is compared.
 */
export function recordDrawnParameters(
  scoring: Scoring,
  missing: DrawnParameters,
  seed: number,
): ScoringInputs["parameters"] {
  const drawn: Partial<Record<ParameterName, Ref>> = {};
  for (const [name, { shape, axes, fans }] of Object.entries(missing) as [ParameterName, DrawnParameter][]) {
    const bound = Math.sqrt(6 / sumOver(fans));
    drawn[name] = record(
      name,
      drawUniform,
      [],
      { seed, name: `${scoring.name}/${name}`, ...shape, bound },
      {
        formula: `U(−b, b), b = √(6/(${fans.join(" + ")})) = ${Number(bound.toPrecision(4))}`,
        axes,
        notes: [`drawn from seed ${seed}: ${INITIALISATION}`],
      },
    );
  }
  return drawn;
}

export interface Vectors {
  readonly query: Ref;
  readonly key: Ref;
}

type Parameters = ScoringInputs["parameters"];
type Settings = CompareScoringSettings;

/** One scoring, ready to be recorded: with its parameters, given or drawn. */
export type Entrant = Exclude<ReturnType<typeof prepare>, UserError>;

/**
 * Returns the scorings to compare: the named ones, or all whose parameters are given and fit. With a seed, missing
 * parameters are drawn. Throws the error of the scoring if a named one lacks parameters. If no scoring can be recorded,
 * throws the error of the first one.
 */
export function chooseEntrants(vectors: Vectors, refs: GivenRefs, settings: Settings): readonly Entrant[] {
  const names = settings.scorings ?? SCORING_NAMES;
  const prepared = names.map((name) => prepare(name, vectors, refs, settings));
  const isRefused = (one: (typeof prepared)[number]) => one instanceof UserError;
  const [refused] = prepared.filter(isRefused);
  const entrants = prepared.filter((one) => !isRefused(one));
  if (refused && (settings.scorings || entrants.length === 0)) throw refused;
  const left = names.filter((_, at) => isRefused(prepared[at]));
  if (refused) {
    recorder.convention(
      "leftOut",
      left.join(","),
      `left out, because their parameters are missing or do not fit (${setting("seed")} 1 draws them): ${left.join(", ")}`,
    );
  }
  if (settings.seed !== undefined) {
    recorder.convention(
      "seed",
      settings.seed,
      `missing parameters drawn from seed ${settings.seed}: ${INITIALISATION}`,
    );
    recorder.convention("initialisation", "glorot-uniform");
  }
  return entrants;
}

/**
 * Finds the first way to provide parameters with which the scoring can be recorded. If there is none, returns the error
 * of the first way.
 */
function prepare(name: ScoringName, { query, key }: Vectors, refs: GivenRefs, settings: Settings) {
  const scoring = scoringOf({ scoring: name });
  const { layout, localWindow } = settings;
  let problem: UserError | undefined;
  for (const { parameters, dA, isCompleted } of parameterSources(scoring, refs, key, settings)) {
    const [{ rows: n, cols: d_q }, { rows: m, cols: d_k }] = [query.shape, key.shape];
    const sizes = sizesOf({ n, m, d_q, d_k, d_a: dA, localWindow });
    const missing = isCompleted ? missingParameters(scoring, { parameters, layout }, sizes) : {};
    const failure = resultOf(() =>
      requireInputs(scoring, { query, key, layout, parameters: { ...parameters, ...missing } }),
    );
    if (!failure) {
      const drawn = recorder.scoped({ kind: "scoring", name }, () =>
        recordDrawnParameters(scoring, missing, settings.seed ?? 0),
      );
      return {
        name,
        scoring,
        parameters: { ...parameters, ...drawn },
        /** Whether any parameter is drawn, so that the result depends on the draw. */
        isDrawn: Object.keys(missing).length > 0,
        sizes,
      };
    }
    problem ??= failure;
  }
  return problem ?? new UserError("MISSING_INPUT", `${name} scoring cannot be recorded.`);
}

/**
 * Returns the ways to provide parameters. With a seed: the given ones and the rest drawn, all drawn, or only the given
 * ones. Without a seed: only the given ones. `isCompleted` says whether missing ones are drawn.
 */
function parameterSources(scoring: Scoring, refs: GivenRefs, key: Ref, { seed, dA, layout }: Settings) {
  const used = PARAMETERS.filter(
    (name) => refs[name] && (scoring.parameters[name] || scoring.recordAlignedPositions),
  );
  const givenParameters = Object.fromEntries(used.map((name) => [name, refs[name]]));
  const dK = key.shape.cols;
  const { wa, ua, va }: Parameters = givenParameters;
  const givenWidth = va ? va.shape.rows * va.shape.cols : featuresOf(key, wa ?? ua, layout);
  const asGiven = { parameters: givenParameters, dA: givenWidth, isCompleted: false };
  if (seed === undefined) return [asGiven];
  return [
    { parameters: givenParameters, dA: dA ?? givenWidth, isCompleted: true },
    { parameters: {}, dA: dA ?? dK, isCompleted: true },
    asGiven,
  ];
}
