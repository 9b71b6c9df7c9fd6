import { type Library, list, numpyLibrary } from "../python.js";
import { pythonDialect } from "../script.js";
import { torchCalls } from "./torch-calls.js";
import { torchParallel } from "./torch-parallel.js";

const REDUCTIONS = { sum: "sum", max: "amax", argmax: "argmax" } as const;

const library: Library = {
  ...numpyLibrary("torch"),
  reduce: (name, a, axis) => `torch.${REDUCTIONS[name]}(${a}, dim=${axis}, keepdim=True)`,
  sumAway: (a, axes) => `torch.sum(${a}, dim=(${axes.join(", ")}${axes.length === 1 ? "," : ""}))`,
  atLeast: (a, limit) => `torch.clamp(${a}, min=${limit})`,
  atMost: (a, limit) => `torch.clamp(${a}, max=${limit})`,
  join: (parts, axis) => `torch.cat(${list(parts)}, dim=${axis})`,
  stack: (parts, axis) => `torch.stack(${list(parts)}, dim=${axis})`,
  takeRows: (a, rows) => `${a}[[${rows.join(", ")}]]`,
  pad: (a, { above, below, left, right }) => `F.pad(${a}, (${left}, ${right}, ${above}, ${below}))`,
};

export const torch = pythonDialect({
  name: "torch",
  library,
  imports: `import numpy as np
import torch
import torch.nn.functional as F`,
  table: (rows) => `torch.tensor(${rows})`,
  stored: (name, isFlags) => `torch.from_numpy(numbers["${name}"])${isFlags ? ".bool()" : ""}`,
  setUp: `# dtype: new tensors are float64 by default.
torch.set_default_dtype(torch.float64)`,
  toNumpy: (name) => `${name}.detach().numpy()`,
  fromNumpy: (name) => `torch.from_numpy(${name})`,
  calls: torchCalls,
  parallel: torchParallel,
  differentiate({ output, upstream, gradients }) {
    const inputs = gradients.map(({ name }) => name).join(", ");
    return {
      before: gradients.map(({ name }) => `${name}.requires_grad_()`),
      after: [
        `by_autograd = torch.autograd.grad(${output}, [${inputs}], grad_outputs=${upstream}.detach())`,
        ...gradients.map(
          ({ key, gradient }, at) => `check("${key} by autograd", by_autograd[${at}], ${gradient}.detach())`,
        ),
      ],
    };
  },
});
