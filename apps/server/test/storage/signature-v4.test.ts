// The examples that the publisher of Signature Version 4 gives for requests to S3, with the signatures that it gives.
import { expect, test } from 'vitest';
import { judge, type SignedRequest } from '../support/signature-v4.ts';

const signer = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const now = new Date('2013-05-24T00:00:00Z');
const scope = `${signer.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const common = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z' };

const authorization = (signed: string, signature: string): string =>
  `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signed},Signature=${signature}`;

const examples: readonly (SignedRequest & { readonly title: string })[] = [
  {
    title: 'a part of an object',
    method: 'GET',
    target: '/test.txt',
    headers: {
      ...common,
      range: 'bytes=0-9',
      'x-amz-content-sha256': nothing,
      authorization: authorization(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
    },
  },
  {
    title: 'an object that is sent',
    method: 'PUT',
    target: '/test%24file.text',
    headers: {
      ...common,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      authorization: authorization(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
    },
  },
  {
    title: 'a query without a value',
    method: 'GET',
    target: '/?lifecycle',
    headers: {
      ...common,
      'x-amz-content-sha256': nothing,
      authorization: authorization(
        'host;x-amz-content-sha256;x-amz-date',
        'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      ),
    },
  },
  {
    title: 'a list',
    method: 'GET',
    target: '/?max-keys=2&prefix=J',
    headers: {
      ...common,
      'x-amz-content-sha256': nothing,
      authorization: authorization(
        'host;x-amz-content-sha256;x-amz-date',
        '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      ),
    },
  },
  {
    title: 'an address that is signed',
    method: 'GET',
    target:
      `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}` +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    headers: { host: common.host },
  },
];

for (const { title, ...request } of examples) {
  test(`the published signature of ${title} is right, and of anything else it is wrong`, () => {
    expect(judge(request, signer, now)).toBeUndefined();
    expect(judge({ ...request, method: 'DELETE' }, signer, now)).toBe('SignatureDoesNotMatch');
    expect(judge({ ...request, target: request.target.replace('/', '/x') }, signer, now)).toBe('SignatureDoesNotMatch');
    expect(judge({ ...request, headers: { ...request.headers, host: 'other' } }, signer, now)).toBe(
      'SignatureDoesNotMatch',
    );
    expect(judge(request, { ...signer, secretAccessKey: 'another' }, now)).toBe('SignatureDoesNotMatch');
  });
}

test('a key that is not known, another region, a clock that is wrong and a time that is over are refused by name', () => {
  const [first, , , , last] = examples as [SignedRequest, unknown, unknown, unknown, SignedRequest];
  expect(judge(first, { ...signer, accessKeyId: 'other' }, now)).toBe('InvalidAccessKeyId');
  expect(judge(first, { ...signer, region: 'eu-central-1' }, now)).toBe('AuthorizationHeaderMalformed');
  expect(judge(first, signer, new Date('2013-05-24T00:16:00Z'))).toBe('RequestTimeTooSkewed');
  expect(judge(last, signer, new Date('2013-05-24T23:59:00Z'))).toBeUndefined();
  expect(judge(last, signer, new Date('2013-05-25T00:01:00Z'))).toBe('AccessDenied');
  expect(judge({ ...first, headers: common }, signer, now)).toBe('AccessDenied');
});
