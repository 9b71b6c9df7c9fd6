import type { InputName } from "../../attention/inputs.js";
import type { Layout } from "../../attention/scoring/scoring.js";

/** How one library names the tensors of an attention layer, and how it stores W. See libraries.ts. */
export interface Checkpoint {
  readonly name: string;
  readonly layout: Layout;
  /** Said when a file is recognised: "out × in, q k v packed". */
  readonly storage: string;
  /** The ends of tensor names (what stands before them names the layer) and the inputs they are. */
  readonly tensors: Readonly<Record<string, InputName>>;
  /** A module that tells it apart from another one with some of the same names. */
  readonly mark?: string;
  /** Another module of a layer that has tensors of these names: "mlp" of `h.0.mlp.c_proj.weight`. */
  readonly namesake?: string;
}

/** torch.nn.MultiheadAttention: W stored out × in, packed unless key and value have widths of their own. */
const torch: Checkpoint = {
  name: "torch MultiheadAttention",
  layout: "out-in",
  storage: "out × in, q k v packed",
  tensors: {
    in_proj_weight: "wqkv",
    in_proj_bias: "bqkv",
    q_proj_weight: "wq",
    k_proj_weight: "wk",
    v_proj_weight: "wv",
    "out_proj.weight": "wo",
    "out_proj.bias": "bo",
    bias_k: "biasK",
    bias_v: "biasV",
  },
};

const AROUND = {
  "linear1.weight": "w1",
  "linear1.bias": "b1",
  "linear2.weight": "w2",
  "linear2.bias": "b2",
  "norm1.weight": "norm1",
  "norm1.bias": "norm1Bias",
} as const satisfies Checkpoint["tensors"];

/** torch.nn.TransformerEncoderLayer. */
const torchEncoderLayer: Checkpoint = {
  ...torch,
  name: "torch TransformerEncoderLayer",
  mark: "linear1",
  tensors: { ...torch.tensors, ...AROUND, "norm2.weight": "norm2", "norm2.bias": "norm2Bias" },
};

/** torch.nn.TransformerDecoderLayer: its second attention is to memory, and its second norm belongs to that. */
const torchDecoderLayer: Checkpoint = {
  ...torch,
  name: "torch TransformerDecoderLayer",
  mark: "multihead_attn",
  tensors: {
    "multihead_attn.in_proj_weight": "crossWqkv",
    "multihead_attn.in_proj_bias": "crossBqkv",
    "multihead_attn.out_proj.weight": "crossWo",
    "multihead_attn.out_proj.bias": "crossBo",
    ...torch.tensors,
    ...AROUND,
    "norm2.weight": "crossNorm",
    "norm2.bias": "crossNormBias",
    "norm3.weight": "norm2",
    "norm3.bias": "norm2Bias",
  },
};

/** Every way of naming tensors that is recognised; the first that knows a name has it. */
export const CHECKPOINTS: readonly Checkpoint[] = [
  torchDecoderLayer,
  torchEncoderLayer,
  torch,
  /** GPT and GPT-2: Conv1D stores in × out, the transpose of a linear layer, and packs q, k, v side by side. */
  {
    name: "GPT-2 Conv1D",
    layout: "in-out",
    storage: "in × out, q k v packed",
    tensors: {
      "c_attn.weight": "wqkv",
      "c_attn.bias": "bqkv",
      "c_proj.weight": "wo",
      "c_proj.bias": "bo",
    },
    namesake: "mlp",
  },
  /** Hugging Face Llama and its relatives. */
  {
    name: "Hugging Face Llama",
    layout: "out-in",
    storage: "out × in",
    tensors: {
      "q_proj.weight": "wq",
      "k_proj.weight": "wk",
      "v_proj.weight": "wv",
      "o_proj.weight": "wo",
      "q_proj.bias": "bq",
      "k_proj.bias": "bk",
      "v_proj.bias": "bv",
      "o_proj.bias": "bo",
    },
  },
  /** Hugging Face BERT and RoBERTa. */
  {
    name: "Hugging Face BERT",
    layout: "out-in",
    storage: "out × in",
    tensors: {
      "query.weight": "wq",
      "key.weight": "wk",
      "value.weight": "wv",
      "query.bias": "bq",
      "key.bias": "bk",
      "value.bias": "bv",
      "attention.output.dense.weight": "wo",
      "attention.output.dense.bias": "bo",
    },
  },
];

/** A tensor name such as `h.0.attn.c_attn.weight` as an input, and the library that names it so. */
export interface RecognisedTensor {
  readonly checkpoint: Checkpoint;
  readonly input: InputName;
}

/** Those of some tensor names that stand for inputs which are accepted. */
export function recogniseTensors(
  names: readonly string[],
  accepts: readonly InputName[],
): ReadonlyMap<string, RecognisedTensor> {
  const modules = new Set(names.flatMap((name) => name.split(".")));
  const known = CHECKPOINTS.filter(({ mark }) => mark === undefined || modules.has(mark));
  const found = names.flatMap((name) => {
    const recognised = recogniseTensor(name, known, accepts);
    return recognised ? [[name, recognised] as const] : [];
  });
  return new Map(found);
}

function recogniseTensor(
  tensor: string,
  known: readonly Checkpoint[],
  accepts: readonly InputName[],
): RecognisedTensor | undefined {
  const modules = tensor.split(".");
  for (const checkpoint of known) {
    if (checkpoint.namesake && modules.includes(checkpoint.namesake)) continue;
    for (const [ending, input] of Object.entries(checkpoint.tensors)) {
      if (accepts.includes(input) && (tensor === ending || tensor.endsWith(`.${ending}`))) {
        return { checkpoint, input };
      }
    }
  }
  return undefined;
}
