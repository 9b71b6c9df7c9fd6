import type { InputName } from "../../attention/inputs.js";
import type { Layout } from "../../attention/linear.js";
import { weightsAndBiases } from "./weights-and-biases.js";

/** How one library names the tensors of an attention layer, and in which layout it stores W. */
export interface Checkpoint {
  readonly name: string;
  readonly layout: Layout;
  /** Shown when a file is recognised: "out × in, q k v packed". */
  readonly storage: string;
  /** The ends of tensor names, by the input they are. The part of the name before it identifies the layer. */
  readonly tensors: Readonly<Partial<Record<InputName, string>>>;
  /** A module name that distinguishes this library from another one with some of the same tensor names. */
  readonly identifyingModule?: string;
  /** Another module of a layer with tensors of the same names: "mlp" in `h.0.mlp.c_proj.weight`. */
  readonly namesake?: string;
}

/** torch.nn.MultiheadAttention: W is stored out × in, and packed unless key and value have widths of their own. */
const torch: Checkpoint = {
  name: "torch MultiheadAttention",
  layout: "out-in",
  storage: "out × in, q k v packed",
  tensors: {
    wqkv: "in_proj_weight",
    bqkv: "in_proj_bias",
    wq: "q_proj_weight",
    wk: "k_proj_weight",
    wv: "v_proj_weight",
    ...weightsAndBiases({ wo: "out_proj" }),
    biasK: "bias_k",
    biasV: "bias_v",
  },
};

const AROUND = weightsAndBiases({ w1: "linear1", w2: "linear2", norm1: "norm1", norm2: "norm2" });

/** torch.nn.TransformerEncoderLayer. */
const torchEncoderLayer: Checkpoint = {
  ...torch,
  name: "torch TransformerEncoderLayer",
  identifyingModule: "linear1",
  tensors: { ...torch.tensors, ...AROUND },
};

/** torch.nn.TransformerDecoderLayer: its second attention is the cross-attention to memory, and norm2 belongs to it. */
const torchDecoderLayer: Checkpoint = {
  ...torch,
  name: "torch TransformerDecoderLayer",
  identifyingModule: "multihead_attn",
  tensors: {
    crossWqkv: "multihead_attn.in_proj_weight",
    crossBqkv: "multihead_attn.in_proj_bias",
    ...weightsAndBiases({ crossWo: "multihead_attn.out_proj" }),
    ...torch.tensors,
    ...AROUND,
    ...weightsAndBiases({ crossNorm: "norm2", norm2: "norm3" }),
  },
};

/** All naming schemes that are recognised. The first one that contains a name is used. */
export const CHECKPOINTS: readonly Checkpoint[] = [
  torchDecoderLayer,
  torchEncoderLayer,
  torch,
  /** GPT and GPT-2: Conv1D stores in × out, the transpose of a linear layer, and packs q, k, v side by side. */
  {
    name: "GPT-2 Conv1D",
    layout: "in-out",
    storage: "in × out, q k v packed",
    tensors: weightsAndBiases({ wqkv: "c_attn", wo: "c_proj" }),
    namesake: "mlp",
  },
  /** Hugging Face Llama and similar models. */
  {
    name: "Hugging Face Llama",
    layout: "out-in",
    storage: "out × in",
    tensors: weightsAndBiases({ wq: "q_proj", wk: "k_proj", wv: "v_proj", wo: "o_proj" }),
  },
  /** Hugging Face BERT and RoBERTa. */
  {
    name: "Hugging Face BERT",
    layout: "out-in",
    storage: "out × in",
    tensors: weightsAndBiases({ wq: "query", wk: "key", wv: "value", wo: "attention.output.dense" }),
  },
];

/** A recognised tensor name, such as `h.0.attn.c_attn.weight`: the input it is, and the library that uses this name. */
export interface RecognisedTensor {
  readonly checkpoint: Checkpoint;
  readonly input: InputName;
}

/** Returns the recognised tensors among these names, for inputs that the command accepts. */
export function recogniseTensors(
  names: readonly string[],
  accepts: readonly InputName[],
): ReadonlyMap<string, RecognisedTensor> {
  const modules = new Set(names.flatMap((name) => name.split(".")));
  const candidates = CHECKPOINTS.filter(
    ({ identifyingModule }) => identifyingModule === undefined || modules.has(identifyingModule),
  );
  const tensors = names.flatMap((name) => {
    const recognised = recogniseTensor(name, candidates, accepts);
    return recognised ? [[name, recognised] as const] : [];
  });
  return new Map(tensors);
}

function recogniseTensor(tensor: string, known: readonly Checkpoint[], accepts: readonly InputName[]) {
  const modules = tensor.split(".");
  for (const checkpoint of known) {
    if (checkpoint.namesake && modules.includes(checkpoint.namesake)) continue;
    const inputs = Object.keys(checkpoint.tensors) as InputName[];
    const input = inputs.find((one) => accepts.includes(one) && endsWith(tensor, checkpoint.tensors[one]));
    if (input) return { checkpoint, input };
  }
  return undefined;
}

/** Whether a tensor's name ends with these modules. */
export const endsWith = (tensor: string, ending: string | undefined): boolean =>
  ending !== undefined && `.${tensor}`.endsWith(`.${ending}`);
