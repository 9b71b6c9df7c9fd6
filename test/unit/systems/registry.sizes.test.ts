import { describe, expect, test } from "vitest";
import { attentionParameters } from "../../../src/commands/systems.js";
import { cacheBytes } from "../../../src/systems/model.js";
import { findSystem, SYSTEMS } from "../../../src/systems/registry.js";

// Numbers computed from the papers' tables: the parameters of one attention, d_head, and the bytes of a float16 KV
// cache per token and layer (2 · kv heads · d_head · 2).

interface Published {
  readonly parameters: number;
  readonly headSize?: number;
  readonly cacheBytes?: number;
}

const PUBLISHED: Readonly<Record<string, Published>> = {
  // W_a 1000×1000, U_a 2000×1000, v_a 1000.
  bahdanau: { parameters: 3_001_000 },
  // W_c of [c; h]: 2000×1000; and for each score its own.
  "luong-dot": { parameters: 2_000_000 },
  "luong-general": { parameters: 3_000_000 }, // + 1000×1000
  "luong-concat": { parameters: 4_001_000 }, // + 2000×1000 + 1000
  "luong-location": { parameters: 2_050_000 }, // + 1000×50, sentences of at most 50 words
  "luong-local-m": { parameters: 2_000_000 },
  "luong-local-p": { parameters: 3_001_000 }, // + W_p 1000×1000, v_p 1000
  // W₁ 1024×d, W₂ 512×d, and v of d when additive: 1536·d + d.
  "britz-additive-128": { parameters: 196_736 },
  "britz-additive-256": { parameters: 393_472 },
  "britz-additive-512": { parameters: 786_944 },
  "britz-additive-1024": { parameters: 1_573_888 },
  "britz-multiplicative-128": { parameters: 196_608 },
  "britz-multiplicative-256": { parameters: 393_216 },
  "britz-multiplicative-512": { parameters: 786_432 },
  "britz-multiplicative-1024": { parameters: 1_572_864 },
  // 4·512², 4·1024²; 512 / 8 = 1024 / 16 = 64; 2·512·2, 2·1024·2.
  "transformer-base": { parameters: 1_048_576, headSize: 64, cacheBytes: 2048 },
  "transformer-big": { parameters: 4_194_304, headSize: 64, cacheBytes: 4096 },
  "transformer-encoder-base": { parameters: 1_048_576, headSize: 64, cacheBytes: 2048 },
  "transformer-encoder-big": { parameters: 4_194_304, headSize: 64, cacheBytes: 4096 },
  "transformer-decoder-base": { parameters: 1_048_576, headSize: 64, cacheBytes: 2048 },
  "transformer-decoder-big": { parameters: 4_194_304, headSize: 64, cacheBytes: 4096 },
  "transformer-cross-base": { parameters: 1_048_576, headSize: 64, cacheBytes: 2048 },
  "transformer-cross-big": { parameters: 4_194_304, headSize: 64, cacheBytes: 4096 },
  // With biases 4·d² + 4·d.
  gpt1: { parameters: 2_362_368, headSize: 64, cacheBytes: 3072 },
  "gpt2-124m": { parameters: 2_362_368, headSize: 64, cacheBytes: 3072 },
  "gpt2-355m": { parameters: 4_198_400, headSize: 64, cacheBytes: 4096 },
  "gpt2-774m": { parameters: 6_558_720, headSize: 64, cacheBytes: 5120 },
  "gpt2-1.5b": { parameters: 10_246_400, headSize: 64, cacheBytes: 6400 },
  "gpt3-175b": { parameters: 604_028_928, headSize: 128, cacheBytes: 49_152 },
  "gpt3-small": { parameters: 2_362_368, headSize: 64, cacheBytes: 3072 },
  "gpt3-medium": { parameters: 4_198_400, headSize: 64, cacheBytes: 4096 },
  "gpt3-large": { parameters: 9_443_328, headSize: 96, cacheBytes: 6144 },
  // 24·128 = 3072 ≠ 2048: 4·2048·3072 + 3·3072 + 2048.
  "gpt3-xl": { parameters: 25_177_088, headSize: 128, cacheBytes: 12_288 },
  "gpt3-2.7b": { parameters: 26_224_640, headSize: 80, cacheBytes: 10_240 },
  "gpt3-6.7b": { parameters: 67_125_248, headSize: 128, cacheBytes: 16_384 },
  // 40·128 = 5120 ≠ 5140: 4·5140·5120 + 3·5120 + 5140.
  "gpt3-13b": { parameters: 105_287_700, headSize: 128, cacheBytes: 20_480 },
  "bert-base": { parameters: 2_362_368, headSize: 64, cacheBytes: 3072 },
  "bert-large": { parameters: 4_198_400, headSize: 64, cacheBytes: 4096 },
  "roberta-base": { parameters: 2_362_368, headSize: 64, cacheBytes: 3072 },
  "roberta-large": { parameters: 4_198_400, headSize: 64, cacheBytes: 4096 },
  // One kv head of 256: 2·d·H·256 + 2·d·256; 2·256·2 bytes, whatever the number of heads.
  "palm-8b": { parameters: 35_651_584, headSize: 256, cacheBytes: 1024 },
  "palm-62b": { parameters: 138_412_032, headSize: 256, cacheBytes: 1024 },
  // 48·256 = 12288 ≠ 18432: 2·18432·12288 + 2·18432·256.
  "palm-540b": { parameters: 462_422_016, headSize: 256, cacheBytes: 1024 },
  // 4·4096² + 4·4096, and bias_k and bias_v of 4096.
  macaw: { parameters: 67_133_440, headSize: 256, cacheBytes: 16_384 },
};

describe("published sizes", () => {
  test.each(Object.entries(PUBLISHED))("%s", (name, published) => {
    const named = findSystem(name);
    expect({
      parameters: attentionParameters(named),
      ...(published.headSize && { headSize: named.size.headSize, cacheBytes: cacheBytes(named.size) }),
    }).toEqual(published);
  });

  test("every size is in the table; a banded layer has the sizes of a dense one", () => {
    const names = SYSTEMS.flatMap(({ name, sizes }) =>
      sizes.map((size) => [name, size.name].filter(Boolean).join("-")),
    );
    expect(names.filter((name) => !name.startsWith("gpt3-banded"))).toEqual(
      expect.arrayContaining(Object.keys(PUBLISHED)),
    );
    expect(names.filter((name) => !(name in PUBLISHED) && !name.startsWith("gpt3-banded"))).toEqual([]);
    expect(findSystem("gpt3-banded").system.sizes).toBe(findSystem("gpt3").system.sizes);
  });

  test("a KV cache of the whole model, bytes a token", () => {
    const ofModel = (name: string) => {
      const { size } = findSystem(name);
      return (size.layers ?? 0) * (cacheBytes(size) ?? 0);
    };
    expect(ofModel("gpt2")).toBe(36_864); // 12 · 3072
    expect(ofModel("gpt3-175b")).toBe(4_718_592); // 96 · 49152
    expect(ofModel("palm-540b")).toBe(120_832); // 118 · 1024
  });
});
