import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyIdOf, openEnvelope, preAuthEncoding, signEnvelope, type Envelope } from '../../src/trust.ts';

const type = 'application/vnd.in-toto+json';
const pair = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } => generateKeyPairSync('ed25519');
const [ada, bob, eve] = [pair(), pair(), pair()];
const payload = Buffer.from('{"hello":"world"}');

function open(envelope: unknown, keys: readonly KeyObject[] = [ada.publicKey], threshold = 1): string {
  const opened = openEnvelope(envelope, { payloadType: type, keys, threshold });
  return typeof opened === 'string' ? opened : `opened: ${Buffer.from(opened.payload).toString()}`;
}

const opened = `opened: ${payload.toString()}`;

describe('the encoding in front of a signature', () => {
  test('is the one of the specification', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });
  test('counts bytes, not letters', () => {
    expect(Buffer.from(preAuthEncoding('ü', Buffer.from('ö'))).toString()).toBe('DSSEv1 2 ü 2 ö');
  });
  test('is another one for another type or payload', () => {
    const part = fc.oneof(fc.string(), fc.stringMatching(/^[0-9 ]{0,6}$/));
    fc.assert(
      fc.property(part, part, part, part, (typeOne, one, typeOther, other) => {
        fc.pre(typeOne !== typeOther || one !== other);
        fc.pre([typeOne, one, typeOther, other].every((text) => text.isWellFormed()));
        const encode = (kind: string, content: string): string =>
          Buffer.from(preAuthEncoding(kind, Buffer.from(content))).toString('hex');
        expect(encode(typeOne, one)).not.toBe(encode(typeOther, other));
      }),
    );
  });
});

test('what was signed is opened, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const result = openEnvelope(signEnvelope(type, bytes, [ada.privateKey]), {
        payloadType: type,
        keys: [ada.publicKey],
      });
      expect(typeof result === 'string' ? result : [...result.payload]).toEqual([...bytes]);
    }),
    { numRuns: 30 },
  );
});

test('a changed byte anywhere in payload or signature is noticed', () => {
  const envelope = signEnvelope(type, payload, [ada.privateKey]);
  const flip = (base64: string, at: number): string => {
    const bytes = Buffer.from(base64, 'base64');
    bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
    return bytes.toString('base64');
  };
  for (let at = 0; at < payload.length; at += 1) {
    expect(open({ ...envelope, payload: flip(envelope.payload, at) })).toBe('its signature does not hold');
  }
  for (let at = 0; at < 64; at += 1) {
    const signatures = envelope.signatures.map((each) => ({ ...each, sig: flip(each.sig, at) }));
    expect(open({ ...envelope, signatures })).toBe('its signature does not hold');
  }
});

describe('several signatures', () => {
  const both = signEnvelope(type, payload, [ada.privateKey, bob.privateKey]);
  test('one of the keys that are asked for is enough', () => {
    expect(open(both, [bob.publicKey])).toBe(opened);
  });
  test('two are, when two are asked for', () => {
    expect(open(both, [ada.publicKey, bob.publicKey], 2)).toBe(opened);
    expect(open(both, [ada.publicKey, eve.publicKey], 2)).toBe('1 of 2 keys have signed it');
  });
  test('one key that signs twice counts once', () => {
    const twice = signEnvelope(type, payload, [ada.privateKey, ada.privateKey]);
    expect(open(twice, [ada.publicKey, bob.publicKey], 2)).toBe('1 of 2 keys have signed it');
    const renamed = {
      ...twice,
      signatures: twice.signatures.map(({ sig }, index) => (index ? { sig } : { keyid: '', sig })),
    };
    expect(open(renamed, [ada.publicKey, bob.publicKey], 2)).toBe('1 of 2 keys have signed it');
  });
  test('a key that is given twice counts once', () => {
    expect(open(signEnvelope(type, payload, [ada.privateKey]), [ada.publicKey, ada.publicKey], 2)).toContain('1 of 2');
  });
  test('the signature of a stranger beside a good one does not hurt', () => {
    expect(open(signEnvelope(type, payload, [eve.privateKey, ada.privateKey]))).toBe(opened);
  });
  test('a threshold below one is one', () => {
    expect(open(signEnvelope(type, payload, [eve.privateKey]), [ada.publicKey], 0)).toContain(
      'no key that is asked for',
    );
  });
});

describe('a key id is a hint', () => {
  const envelope = signEnvelope(type, payload, [ada.privateKey]);
  const [first] = envelope.signatures;
  test('without one, every key is tried', () => {
    expect(open({ ...envelope, signatures: [{ sig: first?.sig }] }, [bob.publicKey, ada.publicKey])).toBe(opened);
  });
  test('the id of another key makes no signature', () => {
    const signatures = [
      { keyid: keyIdOf(ada.publicKey), sig: signEnvelope(type, payload, [eve.privateKey]).signatures[0]?.sig },
    ];
    expect(open({ ...envelope, signatures })).toBe('its signature does not hold');
  });
  test('it is the digest of the public key, from either half', () => {
    expect(keyIdOf(ada.privateKey)).toBe(keyIdOf(ada.publicKey));
    expect(keyIdOf(ada.publicKey)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('an envelope is refused', () => {
  const envelope = signEnvelope(type, payload, [ada.privateKey]);
  const withSig = (sig: unknown): unknown => ({
    ...envelope,
    signatures: [{ keyid: envelope.signatures[0]?.keyid, sig }],
  });
  const sig = envelope.signatures[0]?.sig ?? '';
  const cases: readonly (readonly [title: string, envelope: unknown, reason: string])[] = [
    ['without signatures', { ...envelope, signatures: [] }, 'it has no signature'],
    ['with an empty signature', withSig(''), 'its signature does not hold'],
    ['with a signature that is no text', withSig(null), 'it is no DSSE envelope'],
    ['with a signature of zeros', withSig(Buffer.alloc(64).toString('base64')), 'its signature does not hold'],
    [
      'with a signature that is too long',
      withSig(Buffer.concat([Buffer.from(sig, 'base64'), Buffer.alloc(1)]).toString('base64')),
      'its signature does not hold',
    ],
    ['with spaces in a signature', withSig(`${sig.slice(0, 10)} ${sig.slice(10)}`), 'its signature does not hold'],
    [
      'with hundreds of signatures',
      { ...envelope, signatures: Array.from({ length: 200 }, () => ({ sig })) },
      'it has more than 16 signatures',
    ],
    ['with a payload that is not base64', { ...envelope, payload: '{}' }, 'its payload is not base64'],
    [
      'with a payload in another spelling',
      { ...envelope, payload: `${envelope.payload}\n` },
      'its payload is not base64',
    ],
    ['of another type', { ...envelope, payloadType: 'text/plain' }, 'its payload is "text/plain"'],
    ['that is nothing', null, 'it is no DSSE envelope'],
    ['that is a list', [envelope], 'it is no DSSE envelope'],
    ['that is a text', JSON.stringify(envelope), 'it is no DSSE envelope'],
    ['whose key id is a number', { ...envelope, signatures: [{ keyid: 1, sig }] }, 'it is no DSSE envelope'],
  ];
  for (const [title, given, reason] of cases) {
    test(title, () => {
      expect(open(given)).toContain(reason);
    });
  }

  test('signed for another type', () => {
    const other = signEnvelope('text/plain', payload, [ada.privateKey]);
    expect(open({ ...other, payloadType: type })).toBe('its signature does not hold');
  });

  test('signed over the payload without its type', () => {
    expect(open(withSig(sign(null, payload, ada.privateKey).toString('base64')))).toBe('its signature does not hold');
  });
});

describe('keys of other algorithms', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ed448 = generateKeyPairSync('ed448');
  for (const [name, other] of Object.entries({ rsa, ec, ed448 })) {
    test(`${name} signs nothing and proves nothing`, () => {
      expect(() => signEnvelope(type, payload, [other.privateKey])).toThrow(/private ed25519 keys/);
      const message = preAuthEncoding(type, payload);
      const bytes = sign(name === 'ed448' ? null : 'sha256', message, other.privateKey);
      const envelope: Envelope = {
        payloadType: type,
        payload: payload.toString('base64'),
        signatures: [{ keyid: keyIdOf(other.publicKey), sig: bytes.toString('base64') }],
      };
      expect(open(envelope, [other.publicKey])).not.toContain('opened');
    });
  }

  test('a private key checks nothing', () => {
    expect(open(signEnvelope(type, payload, [ada.privateKey]), [ada.privateKey])).toBe('its signature does not hold');
    expect(open(signEnvelope(type, payload, [ada.privateKey]), [createPublicKey(ada.privateKey)])).toBe(opened);
  });

  test('a public key signs nothing', () => {
    expect(() => signEnvelope(type, payload, [ada.publicKey])).toThrow('got `ed25519 (public)`');
  });
});
