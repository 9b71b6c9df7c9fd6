/** Rules of other projects, named after the library whose tests use them. */
export const KERNEL_TEST_RULES = ["flash", "torch"] as const;

export type KernelTestRule = (typeof KERNEL_TEST_RULES)[number];
