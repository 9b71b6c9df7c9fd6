import {
  type Attention,
  callable,
  firstColumnOf,
  type GroupedHeads,
  type Head,
  obstacleLines,
  type Projection,
} from "../attentions.js";
import { pythonString } from "../names.js";
import { type Library, list, numpyLibrary } from "../python.js";
import { type CallContext, linesTo, pythonDialect, type WriteParallel } from "../script.js";
import { fullSize, maskCode, torchCalls, weightCode, withoutSoftcap } from "./torch-calls.js";

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

const BEFORE = `# Two processes on one machine: torchrun --nproc-per-node 2 run.py. Without torchrun there is one process.
import os
import sys
import warnings

import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Shard, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

for name, value in {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29511", "USE_LIBUV": "0"}.items():
    os.environ.setdefault(name, value)

# torch warns that random numbers may differ between processes; this script draws none.
warnings.filterwarnings("ignore", message="DTensor random operators")
# For one GPU per process write "cuda" instead of "cpu": the processes then communicate through nccl, not gloo.
mesh = init_device_mesh("cpu", (int(os.environ["WORLD_SIZE"]),))
rank, count = mesh.get_local_rank(), mesh.size()`;

const END = `# All processes are done. dist.destroy_process_group() belongs here, but with gloo in torch 2.6 it hangs in about
# one run of twenty, and so does the normal exit of Python.
dist.barrier()
sys.stdout.flush()
os._exit(0)`;

const HEADS = `
def linear(weight, bias):  # W is out × in
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    layer.weight.data.copy_(weight)
    if bias is not None:
        layer.bias.data.copy_(bias.reshape(-1))
    return layer

def parallel_heads(heads, num_kv_heads, query, key, value, weights):
    """Returns the output of heads that are split over processes. Each process has the columns of W of its heads."""
    module = nn.ModuleDict({name: linear(*pair) for name, pair in weights.items()})
    plan = {"q": ColwiseParallel(), "o": RowwiseParallel()}
    # Fewer kv heads than processes: every process has all of them.
    shares_keys = num_kv_heads % count == 0
    if shares_keys:
        plan |= {"k": ColwiseParallel(), "v": ColwiseParallel()}
    parallelize_module(module, mesh, plan)
    local = range(rank * len(heads) // count, (rank + 1) * len(heads) // count)
    num_keys, first_key = (num_kv_heads // count, rank * num_kv_heads // count) if shares_keys else (num_kv_heads, 0)
    q = module["q"](query).chunk(len(local), dim=1)
    k = module["k"](key).chunk(num_keys, dim=1)
    v = module["v"](value).chunk(num_keys, dim=1)
    contexts = []
    for head in local:
        kv_head = head * num_kv_heads // len(heads) - first_key
        contexts.append(heads[head](q[head - local[0]], k[kv_head], v[kv_head]))
    # Here W^O has the rows of these heads. The output is the sum over processes.
    return module["o"](torch.cat(contexts, dim=1))`;

const ROWS = `
# Each process has some rows of queries, keys and values. It gathers all keys and values (context parallel).
# torch.distributed.tensor.experimental.context_parallel passes keys around a ring instead. It needs GPU
# kernels, and supports no mask except is_causal.

def local_rows(a):
    """Returns the rows of an array that belong to this process."""
    return distribute_tensor(a.detach().contiguous(), mesh, [Shard(0)]).to_local()

def all_rows(a):
    """Returns all rows, gathered from every process."""
    return distribute_tensor(a.detach().contiguous(), mesh, [Shard(0)]).full_tensor()
`;

/**
 * Writes the run for several processes: heads share the columns of their projections, and query rows are split by
 * sequence.
 */
const torchParallel: WriteParallel = (found, groups, context) => {
  const rows = callable(found, withoutSoftcap).map((attention) => rowLine(attention, context));
  return {
    before: [BEFORE],
    after: [
      ...(groups.length > 0
        ? ["# The heads again, split over the processes (tensor parallel).", HEADS]
        : ["# There are no heads to split over processes."]),
      ...groups.flatMap((group) => groupLines(group, context)),
      ...(rows.length > 0 ? [ROWS, ...rows] : []),
      ...obstacleLines("F.scaled_dot_product_attention on split rows", found, withoutSoftcap),
    ],
    end: [END],
  };
};

/** Writes each head of a group as a function of its own columns, and their shared output. */
function groupLines(group: GroupedHeads, context: CallContext): readonly string[] {
  const { nameOf, fresh } = context;
  const { heads, numKvHeads, query, key, value, output, scope } = group;
  const alone = heads.map((head) => headFunction(head, context));
  const sizes = (of: "query" | "key" | "value") =>
    Math.max(...heads.map((head) => firstColumnOf(head[of]))) + heads[0][of].shape.cols;
  const contextSize = heads.length * heads[0].value.shape.cols;
  const pair = (projection: Projection, size: number) =>
    `(${weightCode(projection, context, size)}, ${projection.bias === undefined ? "None" : nameOf(projection.bias)})`;
  const weights = [
    `"q": ${pair(query, sizes("query"))}`,
    `"k": ${pair(key, sizes("key"))}`,
    `"v": ${pair(value, sizes("value"))}`,
    `"o": ${pair(output, contextSize)}`,
  ].join(", ");
  const shared = fresh(`${scope} parallel output`);
  const title = scope === "" ? "output" : `${scope} output`;
  return [
    "",
    ...alone.flatMap(({ lines }) => [...lines, ""]),
    `if ${heads.length} % count == 0:`,
    "    with torch.no_grad():",
    `        ${shared} = parallel_heads([${alone.map(({ name }) => name).join(", ")}], ${numKvHeads}, ${[query, key, value].map(({ input }) => nameOf(input)).join(", ")}, {${weights}})`,
    `    check(${pythonString(`${title}, heads split over processes`)}, ${shared}, ${nameOf(output.result)})`,
    "elif rank == 0:",
    `    print(f"${title}: ${heads.length} heads cannot be split evenly over {count} processes")`,
  ];
}

/** Writes one head as a function of its columns of Q, K and V. */
function headFunction(head: Head, { trace, nameOf, fresh, codeOf }: CallContext) {
  const name = fresh(`${head.found.scope} alone`);
  const cuts = new Map([
    [head.query.key, "q"],
    [head.key.key, "k"],
    [head.value.key, "v"],
  ]);
  const { key: last, scope } = head.context;
  const inside = trace.steps.filter((step) => step.scope === scope);
  const needed = linesTo(
    last,
    inside.map((step) => ({ step, line: `    ${nameOf(step.key)} = ${cuts.get(step.key) ?? codeOf(step)}` })),
  );
  const lines = needed.map(({ line }) => line);
  return { name, lines: [`def ${name}(q, k, v):`, ...lines, `    return ${nameOf(last)}`] };
}

/** Writes one attention whose rows are shared. */
function rowLine(attention: Attention, context: CallContext): string {
  const { scope, query, key, value, output, scale } = attention;
  const { nameOf, scaleName } = context;
  const mask = maskCode(attention, context);
  const rest = mask === undefined ? "" : `, attn_mask=local_rows(${fullSize(mask, attention, context)})`;
  const call = `F.scaled_dot_product_attention(local_rows(${nameOf(query)})[None, None], all_rows(${nameOf(key)})[None, None], all_rows(${nameOf(value)})[None, None]${rest}, scale=${scaleName(scale)})[0, 0]`;
  return `check(${pythonString(`${scope || output}, rows split over processes`)}, ${call}, local_rows(${nameOf(output)}))`;
}

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
