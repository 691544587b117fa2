// What plugins import from `@seaworthy/plugins` where the package itself is not: the parts that only name and type things.

/** The text of a module with the functions that a plugin may use. */
export const guestApi: string = `
const named = (kind) => (id) => Object.freeze({ kind, id });
export const definePlugin = (plugin) => plugin;
export const service = named('service');
export const contributionPoint = named('contribution-point');
export const event = named('event');
const hook = (mode) => (id) => Object.freeze({ kind: 'hook', mode, id });
export const hooks = {
  notify: event,
  series: hook('series'),
  parallel: hook('parallel'),
  waterfall: hook('waterfall'),
  bail: hook('bail'),
};
`;

/** The name it is imported by. */
export const guestApiName: string = '@seaworthy/plugins';
