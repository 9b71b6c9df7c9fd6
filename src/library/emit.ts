import type { DialectName, ScriptName } from "../code/dialect-names.js";
import { onnx } from "../code/dialects/onnx.js";
import { DIALECTS } from "../code/dialects/registry.js";
import { refuse, withKeys } from "../errors.js";
import { VIEW_SETTINGS } from "../runs/views.js";
import type { Trace } from "../trace/trace.js";
import { inKeys } from "./in-keys.js";
import { requireRun } from "./run.js";

/** How `emit` writes a run. */
export interface EmitSettings {
  /** Whether a torch or JAX script also computes the run on several processes or devices. */
  readonly parallel?: boolean;
}

/**
 * Writes a run as a Python script that computes it again with a library and compares the results, or as the bytes of an
 * ONNX model: `emit(attend({ x: [[1, 0]] }), "torch")`. It contains all numbers. Throws BAD_VALUE for an unknown
 * library, and USAGE for `parallel` if the library has no such script.
 */
export function emit(trace: Trace, library: "onnx", settings?: EmitSettings): Uint8Array;
export function emit(trace: Trace, library: ScriptName, settings?: EmitSettings): string;
export function emit(trace: Trace, library: DialectName, settings?: EmitSettings): string | Uint8Array;
export function emit(
  trace: Trace,
  library: DialectName,
  { parallel = false }: EmitSettings = {},
): string | Uint8Array {
  return inKeys(() => {
    requireRun("emit", trace);
    const name = VIEW_SETTINGS.emit.parse(library);
    if (parallel && name !== "torch" && name !== "jax") {
      refuse(
        `emit writes parallel runs for torch and jax, not for ${name}.`,
        "Leave out parallel, or name torch or jax.",
      );
    }
    if (name === "onnx") return onnx.emit(trace, {}).text;
    return withKeys(DIALECTS[name].emit(trace, { isParallel: parallel }).text);
  });
}
