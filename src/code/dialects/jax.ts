import { type CallSpelling, floatCalls } from "../float-calls.js";
import { type Library, numpyLibrary } from "../python.js";
import { pythonDialect } from "../script.js";
import { jaxParallel } from "./jax-parallel.js";

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
