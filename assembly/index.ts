export { attend } from "./attention";
export { fuses } from "./multiply-add";
export { pack } from "./pack";
export { multiply, multiplySingles } from "./product";
