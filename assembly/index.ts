export { attend } from "./attention";
export { fuses } from "./multiply-add";
export { multiply } from "./product";
