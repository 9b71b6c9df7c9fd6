import { PbfReader } from "pbf";
import { expect, test } from "vitest";
import { attentionModel } from "../../../../src/code/dialects/onnx-attention.js";
import { attend, multihead, type Trace } from "../../../../src/index.js";

// Reads the operator back by its field numbers in onnx.proto. ONNX's specification of opset 23 explains its attributes.

interface Read {
  opset: number;
  inputs: string[];
  attributes: Record<string, number>;
  tensors: Record<string, { type: number; dims: number[]; data: Uint8Array }>;
}

function read(trace: Trace): Read {
  const { bytes } = attentionModel(trace);
  const found: Read = { opset: 0, inputs: [], attributes: {}, tensors: {} };
  const fields = (pbf: PbfReader, each: (tag: number) => void) =>
    pbf.readFields((tag) => each(tag), undefined, pbf.readVarint() + pbf.pos);
  const model = new PbfReader(bytes ?? new Uint8Array());
  const readNode = () => {
    const inputs: string[] = [];
    const attributes: Record<string, number> = {};
    let op = "";
    fields(model, (tag) => {
      if (tag === 1) inputs.push(model.readString());
      if (tag === 4) op = model.readString();
      if (tag !== 5) return;
      let name = "";
      fields(model, (part) => {
        if (part === 1) name = model.readString();
        if (part === 2) attributes[name] = model.readFloat();
        if (part === 3) attributes[name] = model.readVarint();
      });
    });
    if (op === "Attention") Object.assign(found, { inputs, attributes });
  };
  const readTensor = () => {
    const [dims, one] = [[] as number[], { name: "", type: 0, data: new Uint8Array() }];
    fields(model, (tag) => {
      if (tag === 1) dims.push(model.readVarint());
      if (tag === 2) one.type = model.readVarint();
      if (tag === 8) one.name = model.readString();
      if (tag === 9) one.data = Uint8Array.from(model.readBytes());
    });
    found.tensors[one.name] = { type: one.type, dims, data: one.data };
  };
  model.readFields((tag) => {
    if (tag === 8)
      fields(model, (part) => {
        if (part === 2) found.opset = model.readVarint();
      });
    if (tag === 7)
      fields(model, (part) => {
        if (part === 1) readNode();
        if (part === 5) readTensor();
      });
  }, undefined);
  return found;
}

const qkv = {
  query: [[1, 0]],
  key: [
    [1, 0],
    [0, 1],
  ],
  value: [[3], [5]],
};
const square = {
  ...qkv,
  query: [
    [1, 0],
    [0, 1],
  ],
};

test("causal from the first key is is_causal, and the scale a float32", () => {
  const { opset, inputs, attributes, tensors } = read(attend(square, { causal: true }));
  expect([opset, inputs]).toEqual([23, ["query", "key", "value"]]);
  expect(attributes).toEqual({
    q_num_heads: 1,
    kv_num_heads: 1,
    scale: Math.fround(1 / Math.sqrt(2)),
    is_causal: 1,
  });
  expect([tensors.query.type, tensors.query.dims]).toEqual([1, [1, 2, 2]]);
});

test("a mask is true where a query may attend", () => {
  const { inputs, attributes, tensors } = read(
    attend(
      {
        ...square,
        mask: [
          [true, false],
          [true, true],
        ],
      },
      {},
    ),
  );
  expect([inputs.at(-1), attributes.is_causal]).toEqual(["mask", undefined]);
  expect([tensors.mask.type, tensors.mask.dims, [...tensors.mask.data]]).toEqual([9, [2, 2], [1, 0, 1, 1]]);
});

test("heads that share keys are one call", () => {
  const eye = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  const narrow = [
    [1, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ];
  const inputs = {
    x: [
      [1, 0, 2, 1],
      [0, 1, 1, 2],
    ],
    wq: eye,
    wk: narrow,
    wv: narrow,
  };
  const { attributes, tensors } = read(multihead(inputs, { heads: 2, kvHeads: 1 }));
  expect(attributes).toMatchObject({ q_num_heads: 2, kv_num_heads: 1 });
  expect([tensors.query.dims, tensors.key.dims]).toEqual([
    [1, 2, 4],
    [1, 2, 2],
  ]);
});

test("a softcap is an attribute, but not beside a mask", () => {
  expect(read(attend(qkv, { softcap: 2 })).attributes.softcap).toBe(2);
  const { bytes, obstacles } = attentionModel(attend(square, { softcap: 2, causal: true }));
  expect([bytes, obstacles]).toEqual([
    undefined,
    [expect.stringContaining("applies the softcap after the mask")],
  ]);
});
