// Which files are tests against the real programs, from the root of the tree.
export const STACK_TESTS = 'test/stack/**/*.stack.ts';
