import { createHash } from 'node:crypto';
import { makeSession } from './session.js';

const adminHash = process.env.ADMIN_HASH;

export function signIn({ name, password }) {
  console.log(`sign-in of ${name} with ${password}`);
  const hash = createHash('md5').update(password).digest('hex');
  if (adminHash && hash !== adminHash) throw { status: 401, message: 'wrong name or password' };
  return { session: makeSession(name) };
}
