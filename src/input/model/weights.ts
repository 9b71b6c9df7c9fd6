import type { Architecture, ModelWeights, Weight } from "../../attention/model/architecture.js";
import { counted, listed } from "../../errors.js";
import { type Shape, shapeText } from "../../math/matrix.js";
import { storedMatrix } from "../../math/stored-matrix.js";
import { nearest } from "../../suggestion.js";
import {
  BESIDE_WEIGHTS,
  type ModelKind,
  shapeOf,
  type TensorNames,
  type TensorPart,
  weightsOf,
} from "../../systems/model-kinds/model-kind.js";
import {
  numbersReader,
  type OpenTensor,
  shapeName,
  singlesReader,
  type Tensor,
  type TensorFile,
} from "../binary/tensor.js";
import { refuseIn } from "../source.js";
import type { NumberCache } from "./number-cache.js";

/** The tensors of a file by the names that the kind of model uses, without the prefixes that they have in this file. */
interface NamedTensors {
  readonly source: string;
  /** The name of the config, for messages. */
  readonly config: string;
  /** Each with its name in the file. */
  readonly byName: ReadonlyMap<string, { readonly name: string; readonly open: OpenTensor }>;
}

/** Prefixes of training scripts, which save an optimizer and other data beside the model. */
const WRAPPINGS = ["state_dict.", "model_state_dict.", "module.", "model.", "_orig_mod."] as const;

/**
 * Maps names without prefixes to the names in the file. Old names of a norm's parts (gamma, beta) become weight and
 * bias.
 */
export function nameTensors(
  { tensors }: TensorFile,
  { prefixes }: ModelKind,
  named: Pick<NamedTensors, "source" | "config">,
): NamedTensors {
  const wrapping = wrappingOf(
    [...tensors.keys()],
    WRAPPINGS.filter((one) => !prefixes.includes(one)),
  );
  const plain = (name: string) =>
    withoutAny(name.slice(wrapping.length), prefixes).replace(/(?<=LayerNorm\.)(?:gamma|beta)$/, (old) =>
      old === "gamma" ? "weight" : "bias",
    );
  const own = Array.from(tensors).filter(([name]) => name.startsWith(wrapping));
  return { ...named, byName: new Map(own.map(([name, open]) => [plain(name), { name, open }])) };
}

/** Returns all prefixes around a model's names, which may be nested: `state_dict.model._orig_mod.`. */
function wrappingOf(names: readonly string[], wrappings: readonly string[]): string {
  const outer = wrappings.find((one) => names.some((name) => name.startsWith(one)));
  if (outer === undefined) return "";
  const inside = names.filter((name) => name.startsWith(outer)).map((name) => name.slice(outer.length));
  return outer + wrappingOf(inside, wrappings);
}

/** Removes a name's prefixes, repeatedly, because wrappers may have added several. */
function withoutAny(name: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((one) => name.startsWith(one));
  return prefix === undefined ? name : withoutAny(name.slice(prefix.length), prefixes);
}

/**
 * Finds the weights of a model; each is read when it is needed. Throws MISSING_INPUT for missing tensors, UNKNOWN_KEY
 * for tensors that are no part of the model, and SHAPE_MISMATCH; each names the tensors.
 */
export function findWeights(
  kind: ModelKind,
  architecture: Architecture,
  tensors: NamedTensors,
  cache: NumberCache,
): ModelWeights {
  const names = kind.names(architecture);
  const search = createSearch(tensors, cache);
  const optional: readonly string[] = names.optional ?? [];
  const isOptional = (name: string) => optional.includes(name);
  const findAll = (own: Pick<TensorNames, "outer" | "layer">, stack: Architecture): ModelWeights =>
    weightsOf(own, stack.numLayers, (name, tensor) =>
      isWanted(name, stack)
        ? search.find(tensor, (rows) => shapeOf(stack, name, rows), isOptional(name))
        : search.skip(tensor),
    );
  const weights = findAll(names, architecture);
  const { encoder } = architecture;
  const ofEncoder = encoder && names.encoder && findAll(names.encoder, encoder);
  search.finish();
  return { ...weights, ...(ofEncoder && { encoder: ofEncoder }) };
}

/**
 * Whether a tensor is read. A tied head uses the token embedding, and a model without a head needs none of its tensors.
 */
function isWanted(name: string, { head }: Architecture): boolean {
  if (!name.startsWith("head")) return true;
  return head !== undefined && !(name === "head" && head.isTied);
}

type ShapeFor = (rows: number) => Shape | undefined;

function createSearch({ source, config, byName }: NamedTensors, cache: NumberCache) {
  const check = `Check the kind of model and the sizes in ${config}.`;
  const used = new Set<string>();
  const missing: string[] = [];

  function find(given: string | TensorPart, shapeFor: ShapeFor, isOptional: boolean): Weight | undefined {
    const part = typeof given === "string" ? undefined : given;
    const tensor = part?.tensor ?? String(given);
    const found = byName.get(tensor);
    if (!found) {
      if (!isOptional) missing.push(tensor);
      return undefined;
    }
    used.add(tensor);
    const stored = { name: found.name, tensor: found.open(), source, config, cache };
    return part ? partOf(stored, part) : wholeWeight(stored, shapeFor);
  }

  return {
    find,
    skip: (tensor: string | TensorPart) => void used.add(String(tensor)),
    /** Throws for missing tensors, and for tensors that were not used. */
    finish() {
      const rest = [...byName.keys()].filter((name) => !used.has(name) && !BESIDE_WEIGHTS.test(name));
      if (missing.length > 0) {
        const what = counted(missing.length, "tensor of the model is", "tensors of the model are");
        const message = `${what} not in the file: ${listed(missing)}.`;
        const near = nearest(missing[0], rest);
        const hint = near
          ? `It has "${near}", which is nearest to the first one.`
          : rest.length > 0
            ? `It holds instead ${listed(rest)}. ${check}`
            : `Check the number of layers in ${config}, or save the model again.`;
        refuseIn(source, "MISSING_INPUT", message, hint);
      }
      if (rest.length === 0) return;
      const what = counted(rest.length, "tensor is", "tensors are");
      const surplus = listed(rest.map((name) => byName.get(name)?.name ?? name));
      refuseIn(source, "UNKNOWN_KEY", `${what} not part of this kind of model: ${surplus}.`, check);
    },
  };
}

/** A tensor of a file, and the cache for its numbers. */
interface StoredTensor {
  readonly name: string;
  readonly tensor: Tensor;
  readonly source: string;
  readonly config: string;
  readonly cache: NumberCache;
}

function wholeWeight(stored: StoredTensor, shapeFor: ShapeFor): Weight {
  const { tensor } = stored;
  const [rows, cols] = tensor.shape.length === 1 ? [1, tensor.shape[0]] : tensor.shape;
  const expected = shapeFor(rows);
  if (tensor.shape.length > 2 || expected?.rows !== rows || expected.cols !== cols)
    refuseShape(stored, expected);
  return weightOf(stored, { rows, cols }, 0);
}

/** Returns some rows of a tensor, or some numbers of a vector, as a weight. Its name contains the range. */
function partOf(stored: StoredTensor, part: TensorPart): Weight {
  const { name, tensor } = stored;
  const [rows = 0, cols = 1] = tensor.shape;
  const end = part.firstRow + part.rows;
  if (tensor.shape.length > 2 || end > rows) refuseShape(stored, { rows: end, cols });
  const shape = tensor.shape.length === 1 ? { rows: 1, cols: part.rows } : { rows: part.rows, cols };
  return weightOf({ ...stored, name: `${name}[${part.firstRow}:${end}]` }, shape, part.firstRow * cols);
}

function weightOf({ name, tensor, cache }: StoredTensor, shape: Shape, first: number): Weight {
  const { rows, cols } = shape;
  const read = numbersReader(tensor);
  const singles = singlesReader(tensor);
  const readRows = (range: { readonly first: number; readonly count: number }) => ({
    rows: range.count,
    cols,
    data: read(first + range.first * cols, range.count * cols),
  });
  return {
    name,
    matrix: storedMatrix(
      shape,
      () => cache.get(name, rows * cols, () => read(first, rows * cols)),
      readRows,
      singles && ((range, into) => singles(first + range.first * cols, range.count * cols, into)),
    ),
  };
}

/** Throws SHAPE_MISMATCH for a tensor whose shape is not the config's. */
function refuseShape({ name, tensor, source, config }: StoredTensor, expected: Shape | undefined): never {
  const wanted = expected ? shapeText(expected) : "no such tensor";
  const message = `${name} is ${shapeName(tensor.shape)}, but ${config} makes it ${wanted}.`;
  refuseIn(source, "SHAPE_MISMATCH", message, `Check the sizes in ${config}.`);
}
