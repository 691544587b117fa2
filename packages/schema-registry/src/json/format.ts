import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';

const pointer = /^(?:\/(?:[^~/]|~[01])*)*$/u;
const relativePointer = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/u;
const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const day = String.raw`(?:\d+D)`;
const month = String.raw`(?:\d+M${day}?)`;
const minute = String.raw`(?:\d+M(?:\d+S)?)`;
const clock = String.raw`T(?:\d+H${minute}?|${minute}|\d+S)`;
const calendar = String.raw`(?:\d+Y${month}?|${month}|${day})`;
const duration = new RegExp(String.raw`^P(?:\d+W|${calendar}(?:${clock})?|${clock})$`);
const atom = String.raw`[\w!#$%&'*+/=?^{|}~\x60-]+`;
const quoted = String.raw`"(?:[^"\\\r\n]|\\.)*"`;
const email = new RegExp(String.raw`^(?:${atom}(?:\.${atom})*|${quoted})@(.+)$`, 's');
const wide = String.raw`[\w!#$%&'*+/=?^{|}~\x60\u0080-\u{10FFFF}-]+`;
const wideEmail = new RegExp(String.raw`^(?:${wide}(?:\.${wide})*|${quoted})@(.+)$`, 'su');

const unreserved = String.raw`\w\-.~!$&'()*+,;=:@`;
const beyondAscii = String.raw`\u00A0-\uD7FF\uF900-\uFDCF\uFDF0-\uFFEF\u{10000}-\u{EFFFD}`;
const privateUse = String.raw`\uE000-\uF8FF\u{F0000}-\u{10FFFD}`;
const uriOf = (extra: string, inQuery = ''): RegExp => {
  const character = `(?:[${unreserved}${extra}]|%[\\da-fA-F]{2})`;
  const host = `(?:\\[[\\da-fA-F:.]+\\]|\\[[vV][\\da-fA-F]+\\.[\\w\\-.~!$&'()*+,;=:]+\\]|(?:(?![:@])${character})*)`;
  const user = `(?:(?:(?!@)${character})*@)?`;
  const authority = `//${user}(${host})(?::\\d*)?(?:/${character}*)*`;
  const path = `(?:/?(?:${character}+(?:/${character}*)*)?)`;
  const first = `(?:/(?:${character}+(?:/${character}*)*)?|(?:(?!:)${character})+(?:/${character}*)*|)`;
  const tail = `(?:\\?(?:${character}|[/?${inQuery}])*)?(?:#(?:${character}|[/?])*)?`;
  return new RegExp(
    `^(?:[A-Za-z][A-Za-z\\d+.\\-]*:(?:${authority}|${path})|(?<relative>${authority}|${first}))${tail}$`,
    'u',
  );
};
const uri = uriOf('');
const iri = uriOf(beyondAscii, privateUse);
const literal = String.raw`(?:[^\x00-\x20\x7F"<>\\^\x60{|}%]|%[\da-fA-F]{2})`;
const variable = String.raw`(?:[\w]|%[\da-fA-F]{2})(?:\.?(?:[\w]|%[\da-fA-F]{2}))*(?::[1-9]\d{0,3}|\*)?`;
const uriTemplate = new RegExp(String.raw`^(?:${literal}|\{[+#./;?&=,!@|]?${variable}(?:,${variable})*\})*$`, 'u');

const checks: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date', isDate],
  ['time', isTime],
  ['date-time', isDateTime],
  ['duration', (text: string) => duration.test(text)],
  ['email', (text: string) => isEmail(email, text, isHostname)],
  ['idn-email', (text: string) => isEmail(wideEmail, text, isIdnHostname)],
  ['hostname', isHostname],
  ['idn-hostname', isIdnHostname],
  ['ipv4', isIPv4],
  ['ipv6', (text: string) => isIPv6(text) && !text.includes('%')],
  ['uri', (text: string) => isUri(uri, text, false)],
  ['uri-reference', (text: string) => isUri(uri, text, true)],
  ['iri', (text: string) => isUri(iri, text, false)],
  ['iri-reference', (text: string) => isUri(iri, text, true)],
  ['uri-template', (text: string) => uriTemplate.test(text)],
  ['uuid', (text: string) => uuid.test(text)],
  ['json-pointer', (text: string) => pointer.test(text)],
  ['relative-json-pointer', (text: string) => relativePointer.test(text)],
  ['regex', isRegex],
]);

/** The formats of which something is checked. */
export const knownFormats: ReadonlySet<string> = new Set(checks.keys());

/** False for a text that is not of a known format; a format that nobody knows accepts all, as the specification says. */
export function isOfFormat(format: string, text: string): boolean {
  return checks.get(format)?.(text) ?? true;
}

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const last = [31, isLeap(Number(year)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1] ?? 0;
  return Number(day) >= 1 && Number(day) <= last;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function isTime(text: string): boolean {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i.exec(text);
  if (!match) return false;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1, 4).map(Number);
  const [offsetHours, offsetMinutes] = [Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 60 || offsetHours > 23 || offsetMinutes > 59) return false;
  const offset = (offsetHours * 60 + offsetMinutes) * (match[4] === '-' ? -1 : 1);
  const minuteOfDay = (hours * 60 + minutes - offset + 2_880) % 1_440;
  // A leap second is the last one of a day in UTC.
  return seconds < 60 || minuteOfDay === 1_439;
}

function isDateTime(text: string): boolean {
  return /^[Tt]$/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

function isEmail(shape: RegExp, text: string, isHost: (text: string) => boolean): boolean {
  const host = shape.exec(text)?.[1];
  if (host === undefined) return false;
  const address = /^\[(?:IPv6:(.*)|(.*))\]$/i.exec(host);
  if (!address) return isHost(host);
  return address[1] === undefined ? isIPv4(address[2] ?? '') : isIPv6(address[1]);
}

function isHostname(text: string): boolean {
  if (text.length > 253) return false;
  return text.split('.').every((label) => {
    if (!/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(label)) return false;
    return label.slice(2, 4) !== '--' || (/^xn--/i.test(label) && isPunycode(label));
  });
}

/** True for an encoded label that is what its characters are encoded as. */
function isPunycode(label: string): boolean {
  const decoded = domainToUnicode(label);
  if (decoded === '' || decoded === label.toLowerCase() || decoded.slice(2, 4) === '--') return false;
  return domainToASCII(decoded) === label.toLowerCase() && areAllowed(decoded);
}

function isIdnHostname(text: string): boolean {
  const ascii = domainToASCII(text);
  return ascii !== '' && !/[\s%@:/?#[\]<>^|\\]/.test(text) && isHostname(ascii) && areAllowed(text);
}

/** Characters that RFC 5892 lets stand beside certain others only. */
function areAllowed(text: string): boolean {
  const isBad =
    /[\u302E\u302F\u0640\u07FA\u3031-\u3035\u303B]/u.test(text) ||
    /(?<!l)\u00B7|\u00B7(?!l)/u.test(text) ||
    /\u0375(?!\p{Script=Greek})/u.test(text) ||
    /(?<!\p{Script=Hebrew})[\u05F3\u05F4]/u.test(text) ||
    /(?<!\p{M})\u200D/u.test(text) ||
    /(?<![\p{M}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}])\u200C/u.test(text) ||
    /(?:^|\.)\p{M}/u.test(text);
  const hasBothDigits = /[\u0660-\u0669]/u.test(text) && /[\u06F0-\u06F9]/u.test(text);
  const isDotAlone = /\u30FB/u.test(text) && !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text);
  return !isBad && !hasBothDigits && !isDotAlone;
}

function isUri(shape: RegExp, text: string, mayBeRelative: boolean): boolean {
  const match = shape.exec(text);
  if (!match || (!mayBeRelative && match.groups?.['relative'] !== undefined)) return false;
  const address = /^\[([\da-f:.]+)\]$/i.exec(match[1] ?? match[3] ?? '');
  return !address || isIPv6(address[1] ?? '');
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
