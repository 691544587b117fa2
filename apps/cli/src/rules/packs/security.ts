import type { Rule } from '../contract.ts';
import { codeFromText } from '../code-from-text/rule.ts';
import { corsAnyOriginWithCredentials } from '../cors-any-origin-with-credentials/rule.ts';
import { envFileCommitted } from '../env-file-committed/rule.ts';
import { fastPasswordHash } from '../fast-password-hash/rule.ts';
import { loginWithoutRateLimit } from '../login-without-rate-limit/rule.ts';
import { queryBuiltFromText } from '../query-built-from-text/rule.ts';
import { secretInCode } from '../secret-in-code/rule.ts';
import { tlsChecksDisabled } from '../tls-checks-disabled/rule.ts';

/** Rules about what an attacker would look for in code and settings. */
export const securityRules: readonly Rule[] = [
  secretInCode,
  envFileCommitted,
  codeFromText,
  tlsChecksDisabled,
  corsAnyOriginWithCredentials,
  queryBuiltFromText,
  loginWithoutRateLimit,
  fastPasswordHash,
];
