export { attend } from "./attention";
export { multiply } from "./product";
