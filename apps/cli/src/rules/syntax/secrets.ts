const secretName =
  /(password|passwd|pwd|passphrase|secret|secret_?key|api_?key|access_?key|private_?key|encryption_?key|signing_?key|token|credentials?)$/i;
const standIn =
  /^$|^[$%<[{*]|\$\{|\{\{|example|change|placeholder|your|xxx|dummy|redacted|replace|insert|\*\*\*|\.\.\.|^(test|testing|secret|password|passwd|postgres|mysql|root|admin|user|guest|none|null|undefined|true|false|string|hidden|development|dev|local)$/i;

/** Whether a variable or field of this name holds a secret: `DB_PASSWORD`, `apiKey`. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Whether a value only stands for one: empty, a variable, `changeme`, `<token>`. */
export function isStandIn(value: string): boolean {
  return standIn.test(value.trim());
}

/** Whether a text looks made up by a person or a machine to be kept secret, and not like a word, a path or an address. */
export function looksSecret(value: string): boolean {
  if (value.length < 8 || value.length > 500 || isStandIn(value)) return false;
  if (/\s/.test(value) || /^([a-z]+:\/\/|\.{0,2}\/)/i.test(value)) return false;
  return /\d/.test(value) && /[a-z]/i.test(value) && entropyOf(value) >= 2.8;
}

/** Shannon entropy in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
