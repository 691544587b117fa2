import { crc32 } from 'node:zlib';
import type { Severity } from '../contract.ts';
import { isStandIn, looksSecret } from './secrets.ts';

/** A part of a text that has the form of a well-known kind of secret. */
export interface FoundToken {
  readonly start: number;
  readonly end: number;
  /** With its article: `an AWS access key id`. */
  readonly kind: string;
  readonly severity: Severity;
}

interface TokenFormat {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly severity?: Severity;
  accepts(match: RegExpExecArray): boolean;
}

const formats: readonly TokenFormat[] = [
  { kind: 'a GitHub token', pattern: /\bgh[pousr]_([A-Za-z0-9]{30})([A-Za-z0-9]{6})\b/g, accepts: hasChecksum },
  { kind: 'an npm token', pattern: /\bnpm_([A-Za-z0-9]{30})([A-Za-z0-9]{6})\b/g, accepts: hasChecksum },
  {
    kind: 'an AWS access key id',
    pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g,
    accepts: ([key]) => !key.endsWith('EXAMPLE'),
  },
  { kind: 'a Slack token', pattern: /\bxox[abprs]-\d{10,13}-\d{10,13}-[A-Za-z0-9-]{24,}/g, accepts: isVaried },
  { kind: 'a live Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{24,}\b/g, accepts: isVaried },
  { kind: 'a SendGrid key', pattern: /\bSG\.[\w-]{22}\.[\w-]{43}\b/g, accepts: isVaried },
  { kind: 'a Google API key', pattern: /\bAIza[\w-]{35}\b/g, severity: 'warning', accepts: isVaried },
  {
    kind: 'a private key',
    pattern:
      /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\s|\\n)+[A-Za-z0-9+/=\s\\]{60,}-----END (?:[A-Z]+ )?PRIVATE KEY-----/g,
    accepts: () => true,
  },
  {
    kind: 'an address with a password',
    pattern:
      /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?):\/\/([^\s:/@'"`]*):([^\s@'"`]+)@([^\s:/?'"`]+)/g,
    severity: 'warning',
    accepts: isForeignAddress,
  },
];

/** What every one of these formats has in it: one look at a text is enough for most. */
const anyFormat = /gh[pousr]_|npm_|AKIA|ASIA|xox[abprs]-|k_live_|SG\.|AIza|-----BEGIN|:\/\/[^\s:/@'"`]*:[^\s@'"`]+@/;

/** The secrets of well-known forms in a text; where the form has a checksum, only those whose checksum is right. */
export function tokensIn(text: string): readonly FoundToken[] {
  if (!anyFormat.test(text)) return [];
  return formats.flatMap(({ kind, pattern, severity = 'error', accepts }) =>
    [...text.matchAll(pattern)].filter(accepts).map((match) => {
      const start = match.index;
      return { start, end: start + match[0].length, kind, severity };
    }),
  );
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The last six characters are the CRC-32 of the thirty before them, in base 62. */
function hasChecksum([, body = '', checksum]: RegExpExecArray): boolean {
  let rest = crc32(body);
  let written = '';
  for (let place = 0; place < 6; place += 1) {
    written = `${digits[rest % 62]}${written}`;
    rest = Math.floor(rest / 62);
  }
  return written === checksum;
}

function isVaried([token]: RegExpExecArray): boolean {
  return looksSecret(token);
}

/** A password for this very machine, or one equal to the user's name, is a default for development. */
function isForeignAddress([, user, password = '', host = '']: RegExpExecArray): boolean {
  const isLocal = /^(localhost|127\.|0\.0\.0\.0|\[::1|host\.docker|example\.|.*\.example\b)/.test(host);
  return !isLocal && password !== user && !isStandIn(password) && !host.startsWith('$');
}
