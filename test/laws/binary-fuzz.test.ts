import { readdirSync, readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.js";
import { readBinary } from "../../src/input/binary/read.js";
import type { NumbersValue, Value } from "../../src/input/value.js";
import { numbersOf } from "../../src/math/nd-array.js";
import { npyFile, zipFile } from "../support/alter.js";
import { createRandom } from "../support/random.js";

// Damaged files give arrays or a UserError, and nothing else: no crash, no hang, no more memory than deflate can
// produce.

const FOLDER = "fixtures/binary";
const ROUNDS = 400;
const MOST_MILLISECONDS = 2000;
const MOST_NUMBERS_PER_BYTE = 1100;

const files = readdirSync(FOLDER).filter((name) => /\.(npy|npz|safetensors|pt)$/.test(name));
const random = createRandom(20);
const below = (count: number) => Math.floor(random() * count);

/** Bytes with a meaning in these formats are as likely as all others together. */
const TELLING = Buffer.from("0123456789{}()[],:'\"<>|fiubL\x00\x01\x08\x7f\x80\xff", "latin1");

function mutate(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  const kind = below(5);
  if (kind === 0) return copy.subarray(0, below(copy.length));
  if (kind === 1) {
    const at = below(copy.length);
    return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + below(8))]);
  }
  if (kind === 2) {
    const from = below(copy.length);
    const piece = copy.subarray(from, from + 1 + below(64));
    const at = below(copy.length);
    return Buffer.concat([copy.subarray(0, at), piece, copy.subarray(at)]);
  }
  for (let count = 1 + below(4); count > 0; count--) {
    // Headers are at the start, or in zip archives at the end.
    const at = below(3) === 0 ? Math.max(0, copy.length - 1 - below(200)) : below(Math.min(copy.length, 200));
    if (at < copy.length) copy[at] = kind === 3 ? below(256) : TELLING[below(TELLING.length)];
  }
  return copy;
}

function matricesIn(value: Value): NumbersValue[] {
  if (value.kind === "numbers") return [value];
  if (value.kind === "array") {
    const data = numbersOf(value.array);
    return [{ kind: "numbers", start: 0, rows: 1, cols: data.length, data, flat: true, firstBoolean: -1 }];
  }
  if (value.kind === "list") return value.items.flatMap(matricesIn);
  if (value.kind === "scalar") return []; // The other entries of a .pt file, besides the tensors.
  return Array.from(value.entries.values(), (entry) => attempt(() => matricesIn(entry.value)) ?? []).flat();
}

function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Returns the outcome, within the time limit. Other work on the machine may exceed the limit once, but not three times.
 */
async function check(bytes: Uint8Array, name: string): Promise<"read" | "refused"> {
  for (let attempts = 1; ; attempts++) {
    const start = performance.now();
    const outcome = await readOrRefuse(bytes, name);
    const milliseconds = performance.now() - start;
    if (milliseconds < MOST_MILLISECONDS) return outcome;
    if (attempts === 3) throw new Error(`${name}: ${milliseconds} ms`);
  }
}

async function readOrRefuse(bytes: Uint8Array, name: string): Promise<"read" | "refused"> {
  let outcome: "read" | "refused" = "refused";
  try {
    const reading = await readBinary(bytes, name);
    const matrices = reading ? matricesIn(reading.value) : [];
    for (const { rows, cols, data } of matrices) {
      expect(data).toHaveLength(rows * cols);
      expect(data.length).toBeLessThanOrEqual(MOST_NUMBERS_PER_BYTE * bytes.length);
    }
    outcome = "read";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.details.location).toEqual({ source: name });
    expect(error.details.hint).toBeTruthy();
  }
  return outcome;
}

describe("damaged files", () => {
  test.each(files)("%s", async (name) => {
    const bytes = readFileSync(`${FOLDER}/${name}`);
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) outcomes.add(await check(mutate(bytes), name));
    expect(outcomes).toContain("refused");
  });

  test("damaged arrays in archives that are whole", async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 10 * ROUNDS; round++) {
      const data = mutate(readFileSync(`${FOLDER}/${files[below(files.length)]}`));
      const packed = round % 2 === 0 ? { method: 8, packed: deflateRawSync(data) } : {};
      outcomes.add(await check(zipFile([{ name: "q.npy", data, ...packed }]), "p.npz"));
    }
    expect(outcomes).toEqual(new Set(["read"])); // The object itself; its arrays are refused when they are read.
  });

  test("noise behind each magic", async () => {
    for (let round = 0; round < 10 * ROUNDS; round++) {
      const noise = Uint8Array.from({ length: below(300) }, () => below(256));
      const header = Buffer.from(noise).toString("latin1");
      await check(npyFile(header, noise, 1 + below(3)), "q.npy");
      await check(Buffer.concat([Buffer.from("PK\x03\x04"), noise]), "p.npz");
      await check(
        Buffer.concat([Buffer.from([noise.length, 0, 0, 0, 0, 0, 0, 0, 0x7b]), noise]),
        "m.safetensors",
      );
    }
  });
});
