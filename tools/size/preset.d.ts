// The preset ships no types; the measuring API asks for a list of plugins and looks inside by itself.
declare module '@size-limit/preset-small-lib' {
  const plugins: ((...args: unknown[]) => unknown)[];
  export default plugins;
}
