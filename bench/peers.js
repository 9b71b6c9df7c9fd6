// The programs that attention is compared with. Each runs in its own process, reads lines of `n causal`, and answers
// with the seconds that one attention of n queries and keys, d = 64, float64, took. Undefined if it is not installed.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

export const D = 64;

const NUMPY = `
import sys, time, numpy as np
for line in sys.stdin:
    n, causal = map(int, line.split())
    q, k, v = (np.random.default_rng(1).standard_normal((n, ${D})) for _ in range(3))
    start = time.perf_counter()
    s = q @ k.T / 8
    if causal: s[np.triu_indices(n, 1)] = -np.inf
    e = np.exp(s - s.max(1, keepdims=True))
    o = e / e.sum(1, keepdims=True) @ v
    print(time.perf_counter() - start, flush=True)
`;

const TORCH = `
import sys, time, torch
from torch.nn.attention import sdpa_kernel, SDPBackend
torch.set_num_threads(int(sys.argv[1]))
with torch.no_grad(), sdpa_kernel(getattr(SDPBackend, sys.argv[2])):
    for line in sys.stdin:
        n, causal = map(int, line.split())
        q, k, v = (torch.randn(1, 1, n, ${D}, dtype=torch.float64) for _ in range(3))
        start = time.perf_counter()
        torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=bool(causal))
        print(time.perf_counter() - start, flush=True)
`;

const TORCH_GRADIENTS = `
import sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
for line in sys.stdin:
    n, causal = map(int, line.split())
    q, k, v = (torch.randn(1, 1, n, ${D}, dtype=torch.float64, requires_grad=True) for _ in range(3))
    g = torch.randn(1, 1, n, ${D}, dtype=torch.float64)
    start = time.perf_counter()
    torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=bool(causal)).backward(g)
    print(time.perf_counter() - start, flush=True)
`;

/** Starts torch's attention with its backward pass. */
export function startTorchGradients(threads) {
  const python = pythonWith("torch");
  return python && start(python, ["-c", TORCH_GRADIENTS, String(threads)], 1);
}

export function startNumpy(threads) {
  const python = pythonWith("numpy");
  return python && start(python, ["-c", NUMPY], threads);
}

/** Starts torch's attention. `backend`: MATH or FLASH_ATTENTION. */
export function startTorch(threads, backend) {
  const python = pythonWith("torch");
  // The BLAS below torch gets one thread, because threads of its own would disturb torch's.
  return python && start(python, ["-c", TORCH, String(threads), backend], 1);
}

/** Finds a Python that has this module. The system's Python may have what the first one on the path does not. */
export function pythonWith(module) {
  return ["python3", "/usr/bin/python3"].find(
    (python) => spawnSync(python, ["-c", `import ${module}`]).status === 0,
  );
}

function start(program, args, threads) {
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const child = spawn(program, args, {
    env: { ...env, OPENBLAS_NUM_THREADS: String(threads) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    end: () => child.stdin.end(),
    async time(n, causal) {
      child.stdin.write(`${n} ${Number(causal)}\n`);
      return Number((await lines.next()).value);
    },
  };
}
