// The rules that come with seaworthy, as a module that a thread loads by its URL.
export { packs } from './rules/packs.ts';
