import { secret, string } from '@seaworthy/config';

/** The settings of what several servers count together, as a part of all settings. */
export const redisShape = {
  redis: {
    url: secret(string({ pattern: /^rediss?:\/\/\S+$/ }))
      .optional()
      .describe('A Redis in which all servers count their limits together; without it each server counts for itself.'),
    prefix: string({ pattern: /^[\x21-\x7e]{1,100}$/ })
      .default('seaworthy:')
      .describe('Starts every key there: servers with the same one share their limits.'),
  },
};
