import { html, type Html } from '../web/html.ts';
import { page, time } from '../web/layout.ts';
import { codeField, newPasswordFields, passwordField, problemLine, textField } from './fields.ts';
import type { Visitor } from './web-sessions.ts';

export interface SignInPage {
  /** The hidden field of each form. */
  readonly field: Html;
  readonly next: string;
  /** What was wrong with the last attempt. */
  readonly problem?: string | undefined;
  readonly name?: string | undefined;
  /** What the provider is called that people may sign in with, if there is one. */
  readonly provider: string | undefined;
  readonly isOpen: boolean;
}

export function signInPage({ field, next, problem, name = '', provider, isOpen }: SignInPage): Html {
  const query = `?next=${encodeURIComponent(next)}`;
  return page({
    title: 'Sign in',
    path: [{ label: 'Sign in' }],
    body: html`<h1>Sign in</h1>
      ${problemLine(problem)}
      ${provider !== undefined && html`<p><a href="/sign-in/openid${query}">Sign in with ${provider}</a></p>`}
      <form method="post" action="/sign-in">
        ${field}<input type="hidden" name="next" value="${next}" />
        ${textField({ name: 'name', label: 'Name', value: name, autocomplete: 'username' })}
        ${passwordField('current-password')}
        <p><button type="submit">Sign in</button></p>
      </form>
      ${isOpen && html`<p>No account yet? <a href="/register${query}">Make one</a>.</p>`}`,
  });
}

/** The password was right: the code is missing. */
export function codePage({
  field,
  next,
  ticket,
  problem,
}: Pick<SignInPage, 'field' | 'next' | 'problem'> & { readonly ticket: string }): Html {
  return page({
    title: 'One-time password',
    path: [{ label: 'Sign in', href: '/sign-in' }, { label: 'One-time password' }],
    body: html`<h1>One-time password</h1>
      ${problemLine(problem)}
      <form method="post" action="/sign-in/code">
        ${field}<input type="hidden" name="next" value="${next}" />
        <input type="hidden" name="ticket" value="${ticket}" /> ${codeField()}
        <p><button type="submit">Sign in</button></p>
      </form>
      <p>Who has neither the authenticator nor a recovery code asks an admin.</p>`,
  });
}

export function registerPage({
  field,
  next,
  problem,
  name = '',
  email = '',
}: Pick<SignInPage, 'field' | 'next' | 'problem' | 'name'> & { readonly email?: string | undefined }): Html {
  return page({
    title: 'Make an account',
    path: [{ label: 'Make an account' }],
    body: html`<h1>Make an account</h1>
      ${problemLine(problem)}
      <form method="post" action="/register">
        ${field}<input type="hidden" name="next" value="${next}" />
        ${textField({ name: 'name', label: 'Name', value: name, autocomplete: 'username' })}
        ${textField({ name: 'email', label: 'Email', value: email, autocomplete: 'email' })}
        ${passwordField('new-password')}
        <p><button type="submit">Make it</button></p>
      </form>`,
  });
}

export function resetPage({
  field,
  code,
  name,
  problem,
}: Pick<SignInPage, 'field' | 'problem'> & { readonly code: string; readonly name: string }): Html {
  return page({
    title: 'Set a password',
    path: [{ label: 'Set a password' }],
    body: html`<h1>Set a password for ${name}</h1>
      ${problemLine(problem)}
      <form method="post" action="/reset">
        ${field}<input type="hidden" name="code" value="${code}" /> ${newPasswordFields()}
        <p>All browsers are signed out.</p>
        <p><button type="submit">Set it</button></p>
      </form>`,
  });
}

export function signedOutPage(providerHref: string | undefined): Html {
  return page({
    title: 'Signed out',
    path: [{ label: 'Signed out' }],
    body: html`<h1>Signed out</h1>
      <p>This browser is signed out. <a href="/sign-in">Sign in again</a>.</p>
      ${
        providerHref !== undefined &&
        html`<p>Your provider still knows you. <a href="${providerHref}">Sign out there as well</a>.</p>`
      }`,
  });
}

export function linkPage(provider: string, href: string): Html {
  return page({
    title: `Sign in with ${provider}`,
    path: [{ label: 'Account', href: '/account' }, { label: provider }],
    body: html`<h1>Sign in with ${provider}</h1>
      <p>
        Who you are there will be able to sign in to your account here. <a href="${href}">Go on to ${provider}</a>.
      </p>`,
  });
}

export function npmLoginPage({
  field,
  code,
  visitor,
  askedFrom,
  createdAt,
}: {
  readonly field: Html;
  readonly code: string;
  readonly visitor: Visitor;
  readonly askedFrom: string;
  readonly createdAt: string;
}): Html {
  return page({
    title: 'npm asks to log in',
    path: [{ label: 'npm' }],
    body: html`<h1>npm asks to log in as ${visitor.name}</h1>
      <dl>
        <dt>From</dt>
        <dd>${askedFrom}</dd>
        <dt>At</dt>
        <dd>${time(createdAt)}</dd>
      </dl>
      <p>It gets a token that may publish your packages. Allow it only if you have just started it yourself.</p>
      <form method="post" action="/sign-in/npm">
        ${field}<input type="hidden" name="code" value="${code}" />
        <p>
          <button type="submit" name="answer" value="allow">Allow</button>
          <button type="submit" name="answer" value="refuse">Refuse</button>
        </p>
      </form>`,
  });
}

export function npmDecidedPage(isAllowed: boolean): Html {
  return page({
    title: isAllowed ? 'npm is logged in' : 'Refused',
    path: [{ label: 'npm' }],
    body: isAllowed
      ? html`<h1>npm is logged in</h1>
          <p>Go back to the terminal. The token is among those of <a href="/account">your account</a>.</p>`
      : html`<h1>Refused</h1>
          <p>npm gets no token.</p>`,
  });
}
