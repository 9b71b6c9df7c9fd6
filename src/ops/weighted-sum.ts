import type { Op } from "../trace/op.js";
import { fuseWeightedSum } from "./fused-attention.js";
import { matmul } from "./product.js";

/** α·V: each row of V as many times as it weighs. α: n×m, V: m×d_v → n×d_v. Large ones are made together with α. */
export const weightedSum: Op = { ...matmul, fused: fuseWeightedSum };
