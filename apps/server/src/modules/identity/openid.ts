// Signing in with a provider of OpenID Connect: the authorisation code flow with PKCE.
// (1) State, nonce and verifier are of one attempt, in one browser, and are gone with the first answer: a code is never taken twice.
// (2) What the provider says counts when its signature, issuer, audience, nonce and time are right, by keys that it publishes.
// (3) Who somebody is, is the issuer and the subject; all other claims only name an account at its first time, or its role.
import type * as OpenIdClient from 'openid-client';
import { isSeaworthyError } from '@seaworthy/errors';
import { ServerErrors } from '../../errors.ts';
import type { ExternalIdentity } from '../accounts/identities.ts';
import { countedAs } from '../accounts/networks.ts';
import { standingOfGroups, type RoleMapping } from '../accounts/role-mapping.ts';
import type { OpenIdFlow, OpenIdFlowStore } from './openid-store.ts';
import type { LoginLimit } from '../accounts/service.ts';
import { hashToken } from '../accounts/sessions.ts';

export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** What pages call it. */
  readonly label: string;
  readonly scopes: string;
  readonly nameClaim: string;
  readonly rolesClaim: string;
  readonly roles: RoleMapping;
  /** How long the provider may take to answer. */
  readonly timeoutMs: number;
  /** How far its clock may be from ours. */
  readonly skewMs: number;
}

export interface OpenId {
  readonly label: string;
  /** Where to send the browser, and the state that its cookie is to have. @throws IDENTITY_UNAVAILABLE, TOO_MANY_LOGINS */
  begin(asked: OpenIdAsker): Promise<{ readonly url: string; readonly state: string }>;
  /** @throws IDENTITY_REFUSED, IDENTITY_UNAVAILABLE */
  finish(answer: URL, state: string | undefined): Promise<OpenIdAnswer>;
  /** Where the provider ends its own session, if it does; undefined too while it cannot be reached. */
  endUrl(idToken: string, backTo: string): Promise<string | undefined>;
}

export interface OpenIdAsker {
  readonly address: string;
  readonly next: string;
  readonly linkTo: number | undefined;
  readonly callback: string;
}

export interface OpenIdAnswer {
  readonly identity: ExternalIdentity;
  readonly idToken: string;
  readonly next: string;
  /** The account that asked to be linked, if one did. */
  readonly linkTo: number | null;
}

export interface OpenIdOptions {
  readonly settings: OpenIdSettings;
  readonly store: OpenIdFlowStore;
  /** Each one who begins is remembered for some minutes. */
  readonly limit: LoginLimit;
  readonly now?: () => number;
}

/** Loaded at the first sign-in: most servers have no provider. */
const loadClient = (): Promise<typeof OpenIdClient> => import('openid-client');

const flowMs = 10 * 60_000;
const keptMs = 60 * 60_000;

export function createOpenId({ settings, store, limit, now = Date.now }: OpenIdOptions): OpenId {
  const configuration = keptConfiguration(settings, now);
  return {
    label: settings.label,
    async begin({ address, next, linkTo, callback }) {
      const { allowed, retryAfterMs } = await limit.take(`openid ${countedAs(address)}`);
      if (!allowed) throw new ServerErrors.TOO_MANY_LOGINS({ seconds: Math.ceil(retryAfterMs / 1_000) });
      const [client, provider] = await Promise.all([loadClient(), configuration()]);
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
      const expiresAt = new Date(now() + flowMs).toISOString();
      const flow = { hash: hashToken(state), nonce, verifier, next, linkTo: linkTo ?? null, expiresAt };
      await store.add(flow, new Date(now()).toISOString());
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: callback,
        scope: settings.scopes,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state };
    },
    async finish(answer, state) {
      // Before it is taken: who sends somebody here with another state does not end what they are in.
      const isOfBrowser = state !== undefined && answer.searchParams.get('state') === state;
      const flow = isOfBrowser ? await store.take(hashToken(state), new Date(now()).toISOString()) : undefined;
      if (state === undefined || flow === undefined) {
        throw refused('this browser has not begun to sign in, or did so too long ago');
      }
      const provider = await configuration();
      const tokens = await guarded(provider, () => exchange(provider, answer, { ...flow, state }));
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw refused('the provider sent no ID token');
      const more = await guarded(provider, () => askMore(provider, settings, { ...tokens, said: claims }));
      const identity = identityOf({ ...more, ...claims }, settings);
      return { identity, idToken: tokens.id_token, next: flow.next, linkTo: flow.linkTo };
    },
    async endUrl(idToken, backTo) {
      try {
        const [client, provider] = await Promise.all([loadClient(), configuration()]);
        if (provider.serverMetadata().end_session_endpoint === undefined) return undefined;
        const asked = { id_token_hint: idToken, post_logout_redirect_uri: backTo };
        return client.buildEndSessionUrl(provider, asked).href;
      } catch (error) {
        // Here the session is over in any case.
        if (isSeaworthyError(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Asked for at the first sign-in, so that a provider that is away does not keep the server from starting; and every hour anew. */
function keptConfiguration(settings: OpenIdSettings, now: () => number): () => Promise<OpenIdClient.Configuration> {
  let kept: { readonly at: number; readonly provider: Promise<OpenIdClient.Configuration> } | undefined;
  return async () => {
    if (kept === undefined || now() >= kept.at + keptMs) kept = { at: now(), provider: discover(settings) };
    const asked = kept;
    try {
      return await asked.provider;
    } catch (error) {
      if (kept === asked) kept = undefined;
      throw error;
    }
  };
}

async function discover(settings: OpenIdSettings): Promise<OpenIdClient.Configuration> {
  const client = await loadClient();
  const { issuer, clientId, clientSecret, timeoutMs, skewMs } = settings;
  const address = new URL(issuer);
  try {
    const provider = await client.discovery(
      address,
      clientId,
      { [client.clockTolerance]: Math.ceil(skewMs / 1_000) },
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutMs / 1_000,
        // The settings allow it for a loopback address only.
        execute: address.protocol === 'http:' ? [client.allowInsecureRequests] : [],
      },
    );
    provider.timeout = timeoutMs / 1_000;
    // The signature counts too, not only the connection that the token came by.
    client.enableNonRepudiationChecks(provider);
    return provider;
  } catch (cause) {
    throw unavailable(settings.label, cause);
  }
}

async function exchange(
  provider: OpenIdClient.Configuration,
  answer: URL,
  { state, nonce, verifier }: OpenIdFlow & { readonly state: string },
): Promise<OpenIdClient.TokenEndpointResponse & OpenIdClient.TokenEndpointResponseHelpers> {
  const client = await loadClient();
  return client.authorizationCodeGrant(provider, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
}

/** Many providers keep names and groups out of the ID token; then they are asked for, about the same subject. */
async function askMore(
  provider: OpenIdClient.Configuration,
  { nameClaim, rolesClaim, roles }: OpenIdSettings,
  { access_token: token, said }: { readonly access_token: string; readonly said: OpenIdClient.IDToken },
): Promise<object> {
  const isMissing = (claim: string): boolean => claimOf(said, claim) === undefined;
  const isComplete = !isMissing(nameClaim) && (roles.length === 0 || !isMissing(rolesClaim));
  if (isComplete || provider.serverMetadata().userinfo_endpoint === undefined) return {};
  const client = await loadClient();
  return client.fetchUserInfo(provider, token, said.sub);
}

/** What fails at the provider, as one of our errors. */
async function guarded<Result>(provider: OpenIdClient.Configuration, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (cause) {
    if (isAway(cause)) throw unavailable(provider.serverMetadata().issuer, cause);
    throw refused(reasonOf(cause), cause);
  }
}

function identityOf(claims: OpenIdClient.IDToken, { nameClaim, rolesClaim, roles }: OpenIdSettings): ExternalIdentity {
  const name = claimOf(claims, nameClaim);
  const email = claims['email_verified'] === true ? claimOf(claims, 'email') : undefined;
  if (typeof name !== 'string' || name === '') throw refused(`the provider sends no name in the claim ${nameClaim}`);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name: name.toLowerCase(),
    email: typeof email === 'string' ? email.slice(0, 254) : '',
    standing: standingOfGroups(roles, claimOf(claims, rolesClaim)),
  };
}

/** A claim of this name, else one inside of others: `realm_access.roles`. */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Readonly<Record<string, unknown>>)[part]
          : undefined,
      claims,
    );
}

/** Whether the provider did not answer, or answered that it cannot. */
function isAway(cause: unknown): boolean {
  for (let each = cause; each instanceof Error; each = each.cause) {
    if (each.name === 'TimeoutError' || each.message === 'fetch failed') return true;
    if ('status' in each && typeof each.status === 'number' && each.status >= 500) return true;
    if (each.cause instanceof Response && each.cause.status >= 500) return true;
  }
  return false;
}

/** What the provider or the library says, in one line; the text is not ours. */
function reasonOf(cause: unknown): string {
  const { error, message } = cause as { readonly error?: unknown; readonly message?: unknown };
  const text = typeof error === 'string' ? `the provider says ${error}` : String(message ?? cause);
  return text.slice(0, 200).replaceAll(/[^\x20-\x7e]/g, ' ');
}

function refused(reason: string, cause?: unknown): Error {
  return new ServerErrors.IDENTITY_REFUSED({ reason }, { cause });
}

function unavailable(provider: string, cause: unknown): Error {
  return new ServerErrors.IDENTITY_UNAVAILABLE({ provider, reason: reasonOf(cause) }, { cause });
}
