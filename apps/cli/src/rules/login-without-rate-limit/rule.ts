import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { routeOf } from '../syntax/routes.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const loginWithoutRateLimit: Rule = {
  id: 'SEA-R090',
  title: 'sign-in without a rate limit',
  category: 'security',
  severity: 'info',
  version: 1,
  why: 'Passwords can be guessed by the thousand, and each guess costs a slow hash.',
  fix: 'Limit the attempts per account and per address.',
  explain: explanation('login-without-rate-limit'),
  check(project) {
    if (project.shape !== 'service') return [];
    const scripts = serverScripts(project);
    if (
      [...project.dependencies].some((name) => limiters.test(name)) ||
      scripts.some(({ text }) => mentions.test(text))
    )
      return [];
    return inspect(scripts, /\bpost\b/, (report) => ({
      CallExpression(call) {
        const route = routeOf(call, 'post');
        if (route && signIn.test(route.path))
          report(call, `Nothing limits how often \`POST ${route.path}\` can be called.`);
      },
    }));
  },
};

const limiters = /rate-?limit|throttler|throttle|slow-down|limiter|bottleneck|arcjet|ddos/;
const mentions = /rate-?limit|throttle|tooManyRequests|\b429\b/i;
const signIn = /\/(log-?in|sign-?in|auth|authenticate|token|password-reset|reset-password|forgot-password)\/?$/i;
