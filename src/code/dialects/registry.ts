import type { ScriptName } from "../dialect-names.js";
import type { Dialect } from "../script.js";
import { jax } from "./jax.js";
import { keras } from "./keras.js";
import { numpy } from "./numpy.js";
import { torch } from "./torch.js";

/** Every dialect that writes a Python script. */
export const DIALECTS: Readonly<Record<ScriptName, Dialect>> = { numpy, torch, jax, keras };
