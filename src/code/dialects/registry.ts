import type { DialectName } from "../dialect-names.js";
import type { Dialect } from "../script.js";
import { jax } from "./jax.js";
import { keras } from "./keras.js";
import { numpy } from "./numpy.js";
import { torch } from "./torch.js";

/** Every dialect that a run is written in. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { numpy, torch, jax, keras };
