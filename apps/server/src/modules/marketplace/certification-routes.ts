import type { Certification } from './certification-store.ts';
import type { RouteParts } from './routes.ts';
import * as schemas from './schemas.ts';

/** Certifications: submitted by owners, checked by the server, decided by maintainers. */
export function certificationRoutes({ api, market: { certifications }, callers }: RouteParts): void {
  const ofPackage = '/api/v1/plugins/{name}/certifications';
  api.add(
    {
      method: 'GET',
      path: ofPackage,
      id: 'listCertifications',
      by: 'asker',
      summary: 'Certifications of a package, newest first.',
      params: schemas.named,
      answer: schemas.certifications,
      errors: ['PACKAGE_UNKNOWN'],
    },
    async ({ params, request }) => {
      const found = await certifications.of(params.name, await callers.reader(request));
      return { certifications: found.map(shown) };
    },
  );
  api.add(
    {
      method: 'POST',
      path: ofPackage,
      id: 'submitCertification',
      by: 'account',
      summary: 'Submits a version for certification, as an owner of the package.',
      params: schemas.named,
      body: schemas.submission,
      answer: schemas.certificationHistory,
      status: 202,
      errors: ['PACKAGE_UNKNOWN', 'VERSION_UNKNOWN', 'NOT_AN_OWNER', 'CERTIFICATION_OPEN', 'ROLE_NEEDED'],
    },
    async ({ params, body, request }) =>
      shown(await certifications.submit(params.name, body, await callers.account(request))),
  );
  api.add(
    {
      method: 'GET',
      path: '/api/v1/certifications',
      id: 'certificationQueue',
      summary: 'What is to be decided, oldest first; of public packages.',
      query: schemas.most,
      answer: schemas.certifications,
    },
    async ({ query, request }) => {
      await callers.reader(request);
      return { certifications: (await certifications.queue(query.size)).map(shown) };
    },
  );
  oneRoutes({ api, certifications, callers });
}

function oneRoutes({
  api,
  certifications,
  callers,
}: Pick<RouteParts, 'api' | 'callers'> & Pick<RouteParts['market'], 'certifications'>): void {
  const one = '/api/v1/certifications/{id}';
  api.add(
    {
      method: 'GET',
      path: one,
      id: 'getCertification',
      by: 'asker',
      summary: 'A certification with what the checks found, and its history.',
      params: schemas.byId,
      answer: schemas.certificationHistory,
      errors: ['CERTIFICATION_UNKNOWN', 'PACKAGE_UNKNOWN'],
    },
    async ({ params, request }) => shown(await certifications.open(params.id, await callers.reader(request))),
  );
  api.add(
    {
      method: 'POST',
      path: `${one}/decision`,
      id: 'decideCertification',
      by: 'account',
      summary: 'Certifies or refuses what is in review, or revokes what is certified, as a maintainer.',
      params: schemas.byId,
      body: schemas.decision,
      answer: schemas.certificationHistory,
      errors: ['ROLE_NEEDED', 'CERTIFICATION_UNKNOWN', 'PACKAGE_UNKNOWN', 'CERTIFICATION_STATE', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) =>
      shown(await certifications.decide(params.id, body, await callers.account(request))),
  );
  api.add(
    {
      method: 'POST',
      path: `${one}/withdrawal`,
      id: 'withdrawCertification',
      by: 'account',
      summary: 'Withdraws what is not decided, as an owner of the package.',
      params: schemas.byId,
      answer: schemas.certificationHistory,
      errors: ['NOT_AN_OWNER', 'CERTIFICATION_UNKNOWN', 'CERTIFICATION_STATE', 'ROLE_NEEDED'],
    },
    async ({ params, request }) => shown(await certifications.withdraw(params.id, await callers.account(request))),
  );
}

/** Signatures are for the checks, and numbers of packages for the store. */
function shown<Shown extends Certification>({ envelopes: _envelopes, packageId: _packageId, ...others }: Shown) {
  return others;
}
