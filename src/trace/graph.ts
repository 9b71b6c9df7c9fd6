import type { Shape } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import type { Input, Node, Nodes, Op, Ref } from "./op.js";

/** Inputs and nodes by their keys. Each node comes after the nodes it is computed from. */
export class Graph implements Nodes {
  readonly #inputs = new Map<string, Input>();
  readonly #nodes = new Map<string, Node>();
  /** The keys that depend on a key, directly or through others. Computed when first asked for. */
  readonly dependentsOf = new Map<string, ReadonlySet<string>>();

  constructor(inputs: Iterable<Input> = [], nodes: Iterable<Node> = []) {
    for (const input of inputs) this.addInput(input);
    for (const node of nodes) this.add(node);
  }

  addInput(input: Input): void {
    this.#inputs.set(input.name, input);
  }

  add(node: Node): void {
    this.#nodes.set(node.key, node);
    this.dependentsOf.clear();
  }

  /** Returns the keys of everything that depends on a node or an input, including its own key. */
  after(key: string): ReadonlySet<string> {
    return remember(this.dependentsOf, key, () => {
      const found = new Set([key]);
      for (const node of this.#nodes.values()) {
        if (node.inputs.some((input) => found.has(input))) found.add(node.key);
      }
      return found;
    });
  }

  input(key: string): Input | undefined {
    return this.#inputs.get(key);
  }

  /** Returns the node with this key. Returns undefined for an input and for an unknown key. */
  node(key: string): Node | undefined {
    return this.#nodes.get(key);
  }

  has(key: string): boolean {
    return this.#nodes.has(key) || this.#inputs.has(key);
  }

  /** Returns the keys of all inputs and nodes. */
  keys(): readonly string[] {
    return [...this.#inputs.keys(), ...this.#nodes.keys()];
  }

  nodes(): Iterable<Node> {
    return this.#nodes.values();
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Returns the input or node with this key. Throws RangeError for an unknown key. */
  readonly ref = (key: string): Ref => {
    const node = this.#nodes.get(key);
    if (node) return node;
    const input = this.#inputs.get(key);
    if (!input) throw new RangeError(`no input or step is called "${key}"`);
    const { rows, cols } = input.matrix;
    return { key, axes: input.axes, shape: { rows, cols } };
  };
}

/** Returns the shape of the result of an op for these inputs. */
export function shapeOfResult<Params>(op: Op<Params>, inputs: readonly Ref[], params: Params): Shape {
  const { rows, cols } = op.shape(
    inputs.map(({ shape }) => shape),
    params,
  );
  return { rows, cols };
}
