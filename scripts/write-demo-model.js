// Writes src/commands/demo-model.ts: the trained model of fixtures/models/repeat as plain data, with its input.
import { readFileSync, writeFileSync } from "node:fs";

const FOLDER = "fixtures/models/repeat";
const TEXT = "kcgakcgak";

const bytes = readFileSync(`${FOLDER}/model.safetensors`);
const start = 8 + Number(bytes.readBigUInt64LE(0));
const header = JSON.parse(bytes.subarray(8, start).toString("utf8"));
const { vocab } = JSON.parse(readFileSync(`${FOLDER}/tokenizer.json`, "utf8")).model;

const tensors = Object.entries(header).map(
  ([
    name,
    {
      shape,
      data_offsets: [from, to],
    },
  ]) => {
    const numbers = Array.from({ length: (to - from) / 4 }, (_, at) =>
      written(bytes.readFloatLE(start + from + 4 * at)),
    );
    const rows = Array.from({ length: shape.length > 1 ? shape[0] : 0 }, (_, row) =>
      numbers.slice(row * shape[1], (row + 1) * shape[1]),
    );
    return [name, shape.length > 1 ? rows : numbers];
  },
);

/** The weights have three decimals, which a float32 cannot hold exactly. */
function written(value) {
  return Math.round(value * 1000) / 1000;
}

const model = {
  config: JSON.parse(readFileSync(`${FOLDER}/config.json`, "utf8")),
  tensors: Object.fromEntries(tensors),
  pieces: Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece),
  settings: { ids: [vocab["^"], ...Array.from(TEXT, (letter) => vocab[letter])] },
};
writeFileSync(
  "src/commands/demo-model.ts",
  `// Written by scripts/write-demo-model.js from ${FOLDER}.\nexport const DEMO_MODEL =\n  '${JSON.stringify(model)}';\n`,
);
