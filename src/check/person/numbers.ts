import type { Matrix } from "../../math/matrix.js";
import { once, remember } from "../../math/remember.js";
import type { Graph, Node } from "../../trace/op.js";
import { type Changes, UNCHANGED } from "./changes.js";

/** The numbers that a person used, by key, as far as they are known. */
export type Carried = ReadonlyMap<string, Matrix>;

/** Changes the numbers of a node before other nodes use them. */
export type Finish = (matrix: Matrix, key: string) => Matrix;

/** Whether two matrices contain the same numbers, except for binary rounding. */
export const areSame = (one: Matrix, { data }: Matrix): boolean =>
  one.data === data || one.data.every((value, index) => isSame(value, data[index]));

const isSame = (one: number, other: number): boolean =>
  Math.abs(one - other) <= NOISE * Math.max(1, Math.min(Math.abs(one), Math.abs(other))) ||
  Object.is(one, other);

/** The largest relative difference that binary rounding may cause. */
const NOISE = 1e-12;

const NOTHING: Carried = new Map();

/** The numbers of a graph in which some numbers are given, and some nodes are changed. */
export class Numbers {
  readonly graph: Graph;
  readonly changes: Changes;
  readonly #carried: Carried;
  readonly #finish: Finish | undefined;
  /** Other numbers of the same graph, and the keys whose numbers differ here. */
  readonly #base: { readonly numbers: Numbers; readonly after: ReadonlySet<string> } | undefined;
  readonly #made = new Map<string, Matrix>();
  readonly #recalled = once(() => new Map<string, unknown>());
  readonly #altered = once(() => new WeakMap<Changes, Numbers>());

  constructor(
    graph: Graph,
    changes: Changes,
    carried: Carried = NOTHING,
    finish?: Finish,
    base?: { readonly numbers: Numbers; readonly after: ReadonlySet<string> },
  ) {
    this.graph = graph;
    this.changes = changes;
    this.#carried = carried;
    this.#finish = finish;
    this.#base = base;
  }

  of(key: string): Matrix {
    const known = this.#made.get(key) ?? this.#carried.get(key);
    if (known) return known;
    if (this.#base && !this.#base.after.has(key)) return this.#base.numbers.of(key);
    const node = this.node(key);
    if (!node) return this.#input(key);
    const made = node.op.compute(this.inputsOf(node), node.params);
    const finished = this.#finish ? this.#finish(made, key) : made;
    this.#made.set(key, finished);
    return finished;
  }

  inputsOf({ inputs }: Pick<Node, "inputs">): Matrix[] {
    return inputs.map((key) => this.of(key));
  }

  /** Returns the node that is used here. */
  node(key: string): Node | undefined {
    return this.changes.get(key) ?? this.graph.node(key);
  }

  /** Returns the numbers with other changes. Numbers that do not depend on them are reused. */
  with(changes: Changes, after = () => this.alteredBy(changes)): Numbers {
    const make = () =>
      new Numbers(this.graph, changes, this.#carried, this.#finish, { numbers: this, after: after() });
    return this.#isOfProblem ? remember(this.#altered(), changes, make) : make();
  }

  /**
   * Returns the numbers if a person uses other numbers for some keys. Everything `after` them is computed and finished
   * again.
   */
  moved(
    by: Carried,
    after: ReadonlySet<string> = this.after([...by.keys()]),
    finish: Finish | undefined = this.#finish,
  ): Numbers {
    const carried = new Map([...this.#carried, ...by]);
    return new Numbers(this.graph, this.changes, carried, finish, { numbers: this, after });
  }

  /**
   * Returns what `make` computes from these numbers. Those of the problem keep it, because many sheets of a class have
   * them.
   */
  recall<Made>(key: string, make: () => Made): Made {
    return this.#isOfProblem ? (remember(this.#recalled(), key, make) as Made) : make();
  }

  /** Returns the keys whose numbers differ with these changes. */
  alteredBy(changes: Changes): ReadonlySet<string> {
    const altered = [...changes].filter(([key, node]) => this.changes.get(key) !== node);
    return this.after(
      altered.map(([key]) => key),
      changes,
    );
  }

  /** Returns everything that depends on some keys. A changed node may use other steps than the node in the graph. */
  after(keys: readonly string[], changes: Changes = this.changes): ReadonlySet<string> {
    const found = new Set<string>();
    const take = (key: string) => {
      for (const other of this.graph.after(key)) found.add(other);
    };
    for (const key of keys) take(key);
    for (let size = -1; size !== found.size; ) {
      size = found.size;
      for (const [key, { inputs }] of changes)
        if (!found.has(key) && inputs.some((input) => found.has(input))) take(key);
    }
    return found;
  }

  /** Whether nothing was written or changed, so that other sheets have the same numbers. */
  get #isOfProblem(): boolean {
    return this.changes === UNCHANGED && this.#carried === NOTHING && !this.#base;
  }

  #input(key: string): Matrix {
    const input = this.graph.input(key);
    if (!input) throw new RangeError(`"${key}" is used before it is recorded`);
    return input.matrix;
  }
}

/** Returns the numbers of a problem with nothing written, which are the same for every sheet of a class. */
export const numbersOfProblem = (graph: Graph): Numbers =>
  remember(problems, graph, () => new Numbers(graph, UNCHANGED));

const problems = new WeakMap<Graph, Numbers>();
