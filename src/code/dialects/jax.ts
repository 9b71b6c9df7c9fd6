import { matrixOf } from "../../trace/trace.js";
import type { GroupedHeads, Projection } from "../attentions.js";
import { type CallSpelling, floatCalls } from "../float-calls.js";
import { pythonString } from "../names.js";
import { type Library, numpyLibrary } from "../python.js";
import { pythonDialect, type WriteParallel } from "../script.js";

/** How a call of `jax.nn.dot_product_attention` is written. */
const JAX_CALL: CallSpelling = {
  name: "jax.nn.dot_product_attention",
  conventionComment: "# The library's own call. Axes: batch × row × head × column. Mask: true = may attend.",
  stack: (parts, axis) => `jnp.stack([${parts.join(", ")}], axis=${axis})`,
  not: (mask) => `~${mask}`,
  share: (keys) => keys,
  sharingComment: "# All heads at once: in this call, query head h reads kv head ⌊h·G/H⌋.",
};

const numpy = numpyLibrary("jnp");

const library: Library = {
  ...numpy,
  call: (name, argument) =>
    name === "erf" ? `jax.scipy.special.erf(${argument})` : numpy.call(name, argument),
};

const BEFORE = `# Simulates two accelerators on one CPU. Leave this out if you have real ones.
import os
os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")`;

const MESH = `from jax.sharding import Mesh, NamedSharding, PartitionSpec

mesh = Mesh(np.array(jax.devices()), ("devices",))

def split(a, axis):
    """Splits A along one axis over the devices if the axis divides evenly. Otherwise each device has all of A."""
    if axis is None or a.shape[axis] % mesh.size:
        return NamedSharding(mesh, PartitionSpec())
    return NamedSharding(mesh, PartitionSpec(*[None] * axis, "devices"))`;

/**
 * Writes the run as one function of its inputs, compiled for several devices. First the heads are shared, by columns of
 * W, then the rows of the sequence.
 */
const jaxParallel: WriteParallel = (_, groups, { trace, nameOf, fresh }, result) => {
  if (!result) return { before: [BEFORE], after: ["# There is no output to split over devices."] };
  const used = new Set(result.lines.flatMap(({ step }) => step.inputs));
  const given = trace.inputs.map(({ name }) => name).filter((name) => used.has(name));
  const names = given.map(nameOf).join(", ");
  const whole = fresh("whole run");
  const axisOf = headAxes(groups);
  const rows = new Set(["query", "x", "scores", "mask"]);
  const numRows = Math.max(
    0,
    ...given.filter((name) => rows.has(name)).map((name) => matrixOf(trace, name).rows),
  );
  const placed = (axes: (name: string) => number | undefined) =>
    `(${given.map((name) => `split(${nameOf(name)}, ${axes(name) ?? "None"})`).join(", ")},)`;
  const run = (what: string, axes: (name: string) => number | undefined, out: number | undefined) => {
    const compiled = fresh(`by ${what}`);
    return [
      `${compiled} = jax.jit(${whole}, in_shardings=${placed(axes)}, out_shardings=split(${nameOf(result.key)}, ${out ?? "None"}))`,
      `check(${pythonString(`${result.key}, ${what} split over devices`)}, ${compiled}(${names}), ${nameOf(result.key)})`,
    ];
  };
  return {
    before: [BEFORE],
    after: [
      "# The run as one function, compiled for several devices. XLA adds the communication between them.",
      MESH,
      "",
      `def ${whole}(${names}):`,
      ...result.lines.map(({ line }) => `    ${line}`),
      `    return ${nameOf(result.key)}`,
      "",
      ...(groups.length > 0
        ? [
            "# Split by heads: W^Q, W^K and W^V by columns, W^O by rows.",
            ...run("heads", (name) => axisOf.get(name), undefined),
          ]
        : ["# There are no heads to split over devices."]),
      ...(numRows > 0
        ? [
            "# Split by rows: each device has some of the queries.",
            ...run(
              "rows",
              (name) => (rows.has(name) && matrixOf(trace, name).rows === numRows ? 0 : undefined),
              0,
            ),
          ]
        : []),
    ],
  };
};

/** Returns the axis along which the weights of heads are cut, by their keys. */
function headAxes(groups: readonly GroupedHeads[]): ReadonlyMap<string, number> {
  const axes = new Map<string, number>();
  const cut = ({ weight, bias, isOutIn }: Projection, isInput: boolean) => {
    if (weight !== undefined) axes.set(weight, isInput === isOutIn ? 0 : 1);
    if (bias !== undefined && isInput) axes.set(bias, 1);
  };
  for (const { query, key, value, output } of groups) {
    for (const projection of [query, key, value]) cut(projection, true);
    cut(output, false);
  }
  return axes;
}

export const jax = pythonDialect({
  name: "jax",
  library,
  imports: `import jax
import numpy as np`,
  table: (rows) => `jnp.array(${rows})`,
  stored: (name, isFlags) => `jnp.array(numbers["${name}"]${isFlags ? ", dtype=bool" : ""})`,
  setUp: `# dtype: JAX uses float32 by default. This line must come before any other use of JAX.
jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp`,
  toNumpy: (name) => `np.asarray(${name})`,
  fromNumpy: (name) => `jnp.array(${name})`,
  calls: floatCalls(JAX_CALL),
  parallel: jaxParallel,
  differentiate({ output, upstream, gradients, forward }) {
    const inputs = gradients.map(({ name }) => name).join(", ");
    return {
      before: [],
      after: [
        "# The steps again, as a function of the inputs that have gradients.",
        `def forward(${inputs}):`,
        ...forward.map((line) => `    ${line}`),
        `    return ${output}`,
        "",
        `by_autograd = jax.vjp(forward, ${inputs})[1](${upstream})`,
        ...gradients.map(
          ({ key, gradient }, at) => `check("${key} by autograd", by_autograd[${at}], ${gradient})`,
        ),
      ],
    };
  },
});
