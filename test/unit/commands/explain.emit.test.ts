import { describe, expect, test } from "vitest";
import { attend, emit } from "../../../src/index.js";

describe("emit", () => {
  const trace = attend({ query: [[1, 0]], key: [[1, 0]], value: [[3]] });
  test("writes a script, or the bytes of a model", () => {
    expect(emit(trace, "numpy")).toContain("scores = query @ key.T");
    expect(emit(trace, "torch", { parallel: true })).toContain("parallelize_module");
    // Field 1 of ModelProto, ir_version, is 10.
    expect(Array.from(emit(trace, "onnx").slice(0, 2))).toEqual([0x08, 10]);
  });
  test("knows no other library", () => {
    expect(() => emit(trace, "numpy", { parallel: true })).toThrow("for torch and jax, not for");
    // @ts-expect-error: scripts without types may name anything.
    expect(() => emit(trace, "mlx")).toThrow('"mlx" is not one of the choices');
  });
});
