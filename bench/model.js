// Measures GPT-2 124M with drawn weights and 64 tokens: the whole process, compared with a NumPy float64 script of the
// same forward pass that reads the same file, and one head of one layer alone. Run: npm run bench:model (needs python3
// with NumPy)
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { print } from "./measure.js";

const SIZES = { n_embd: 768, n_head: 12, n_layer: 12, n_positions: 1024, vocab_size: 50257 };
const { n_embd: d, n_layer: layers, n_positions: context, vocab_size: vocabulary } = SIZES;

/** Returns names and shapes as Hugging Face stores them. */
function shapesOfModel() {
  const shapes = { "wte.weight": [vocabulary, d], "wpe.weight": [context, d] };
  for (let layer = 0; layer < layers; layer++) {
    const at = `h.${layer}`;
    Object.assign(shapes, {
      [`${at}.ln_1.weight`]: [d],
      [`${at}.ln_1.bias`]: [d],
      [`${at}.attn.c_attn.weight`]: [d, 3 * d],
      [`${at}.attn.c_attn.bias`]: [3 * d],
      [`${at}.attn.c_proj.weight`]: [d, d],
      [`${at}.attn.c_proj.bias`]: [d],
      [`${at}.ln_2.weight`]: [d],
      [`${at}.ln_2.bias`]: [d],
      [`${at}.mlp.c_fc.weight`]: [d, 4 * d],
      [`${at}.mlp.c_fc.bias`]: [4 * d],
      [`${at}.mlp.c_proj.weight`]: [4 * d, d],
      [`${at}.mlp.c_proj.bias`]: [d],
    });
  }
  return { ...shapes, "ln_f.weight": [d], "ln_f.bias": [d] };
}

/**
 * Writes model.safetensors in float32, tensor by tensor: numbers around 0 with a standard deviation of 0.02, and norms
 * around 1.
 */
function writeModel(folder) {
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "gpt2", ...SIZES }));
  const shapes = shapesOfModel();
  const header = {};
  let end = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const size = 4 * shape.reduce((product, axis) => product * axis, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + size] };
    end += size;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = openSync(join(folder, "model.safetensors"), "w");
  writeSync(file, Buffer.concat([length, text]));
  let state = 124;
  for (const [name, shape] of Object.entries(shapes)) {
    const numbers = new Float32Array(shape.reduce((product, axis) => product * axis, 1));
    const centre = /ln_.*weight$/.test(name) ? 1 : 0;
    for (let at = 0; at < numbers.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      numbers[at] = centre + (state / 2 ** 32 - 0.5) * 0.07;
    }
    writeSync(file, Buffer.from(numbers.buffer));
  }
  closeSync(file);
}

const SCRIPT = `
import json, struct, sys
import numpy as np
folder, ids = sys.argv[1], np.array([int(one) for one in sys.argv[2].split(",")])
data = np.memmap(folder + "/model.safetensors", dtype=np.uint8, mode="r")
size = struct.unpack("<Q", data[:8].tobytes())[0]
header = json.loads(data[8:8 + size].tobytes())
def t(name):
    first, end = header[name]["data_offsets"]
    return data[8 + size + first:8 + size + end].view(np.float32).reshape(header[name]["shape"]).astype(np.float64)
def norm(x, name):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-5) * t(name + ".weight") + t(name + ".bias")
def linear(x, name):
    return x @ t(name + ".weight") + t(name + ".bias")
n, heads, layers = len(ids), 12, 12
wte = t("wte.weight")
x = wte[ids] + t("wpe.weight")[:n]
blocked = ~np.tril(np.ones((n, n), dtype=bool))
all_weights = []
for layer in range(layers):
    at = f"h.{layer}"
    q, k, v = (part.reshape(n, heads, -1).transpose(1, 0, 2) for part in np.split(linear(norm(x, at + ".ln_1"), at + ".attn.c_attn"), 3, -1))
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    scores[:, blocked] = -np.inf
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    all_weights.append(weights)
    x = x + linear((weights @ v).transpose(1, 0, 2).reshape(n, -1), at + ".attn.c_proj")
    inner = linear(norm(x, at + ".ln_2"), at + ".mlp.c_fc")
    x = x + linear(0.5 * inner * (1 + np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner ** 3))), at + ".mlp.c_proj")
logits = norm(x, "ln_f") @ wte.T
print(json.dumps({"logits": logits.tolist(), "weights": [w.tolist() for w in all_weights]}))
`;

/** Runs a process, and returns its seconds and its peak memory in megabytes, which GNU time reports. */
function measure(command, args) {
  const isTold = existsSync("/usr/bin/time");
  const line = isTold ? ["/usr/bin/time", ["-f", "%M", command, ...args]] : [command, args];
  const start = process.hrtime.bigint();
  const run = spawnSync(line[0], line[1], { encoding: "utf8", maxBuffer: 2 ** 30 });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (run.status !== 0) throw new Error(run.stderr || String(run.error));
  const told = isTold ? Number(run.stderr.trim().split("\n").at(-1)) / 1024 : Number.NaN;
  return { seconds, megabytes: told, stdout: run.stdout };
}

const median = (runs) => [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];
const tell = (name, { seconds, megabytes }) =>
  print(
    `${name.padEnd(48)} ${seconds.toFixed(2)} s  ${Number.isNaN(megabytes) ? "" : `${megabytes.toFixed(0)} MB`}`,
  );

const folder = mkdtempSync(join(tmpdir(), "qkv-model-"));
try {
  writeModel(folder);
  const script = join(folder, "forward.py");
  writeFileSync(script, SCRIPT);
  const idsOf = (count) => Array.from({ length: count }, (_, at) => (at * 7919) % vocabulary).join(",");
  const ids = idsOf(64);
  const qkv = (...options) => measure(process.execPath, ["bin/qkv.js", "model", folder, ...options]);
  const whole = ["--ids", ids, "--steps", "none", "--json"];
  qkv(...whole);
  const [own, numpy] = [[], []];
  for (let round = 0; round < 3; round++) {
    own.push(qkv(...whole));
    numpy.push(measure("python3", [script, folder, ids]));
  }
  const [ours, theirs] = [JSON.parse(own[0].stdout), JSON.parse(numpy[0].stdout)];
  const off = ours.logits.flat().reduce((most, value, at) => {
    const other = theirs.logits[Math.floor(at / vocabulary)][at % vocabulary];
    return Math.max(most, Math.abs(value - other));
  }, 0);
  tell("qkv model, 64 tokens, --steps none --json", median(own));
  tell("NumPy float64, the same", median(numpy));
  print(
    `ratio ${(median(own).seconds / median(numpy).seconds).toFixed(2)}; logits differ by at most ${off.toExponential(1)}`,
  );
  tell(
    "qkv model --layer 0 --head 3",
    median([0, 1, 2].map(() => qkv("--ids", ids, "--layer", "0", "--head", "3"))),
  );
  const long = qkv("--ids", idsOf(512), "-o", "npy", "--only", "logits", "--output", join(folder, "l.npy"));
  tell("qkv model, 512 tokens, logits alone", long);
} finally {
  rmSync(folder, { recursive: true });
}
