import type { Op } from "../trace/op.js";
import { fuseWeightedSum } from "./fused-attention.js";
import { matmul } from "./product.js";

/**
 * α·V: the rows of V, weighted by α and summed. α: n×m, V: m×d_v → n×d_v. Large results are computed together with α.
 */
export const weightedSum: Op = { ...matmul, fused: fuseWeightedSum };
