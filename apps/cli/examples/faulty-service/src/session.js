import { createHmac } from 'node:crypto';

const sessionSecret = process.env.SESSION_SECRET || 'not-real-27f1c09b';

export function makeSession(name) {
  return `${name}.${createHmac('sha256', sessionSecret).update(name).digest('hex')}`;
}
