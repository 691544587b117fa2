const word = /^(?:DocumentRef-[A-Za-z0-9.-]+:)?[A-Za-z0-9][A-Za-z0-9.-]*\+?$/;
const joins = ['AND', 'OR', 'WITH'];

/** Whether a text has the form of an SPDX licence expression; the list of licences itself is not looked at. */
export function isSpdx(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  let depth = 0;
  let wantsLicence = true;
  for (const part of text.replaceAll(/[()]/g, ' $& ').trim().split(/\s+/)) {
    if (part === '(' && wantsLicence) depth += 1;
    else if (part === ')' && !wantsLicence && depth > 0) depth -= 1;
    else if (joins.includes(part) && !wantsLicence) wantsLicence = true;
    else if (word.test(part) && !joins.includes(part) && wantsLicence) wantsLicence = false;
    else return false;
  }
  return !wantsLicence && depth === 0;
}
