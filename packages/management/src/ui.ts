// One page over the same JSON. It holds no value: its script asks for them with the token that a person types in, which is
// kept in the page's memory only. Nothing is loaded from anywhere, and its policy allows this text and no other.
import { createHash } from 'node:crypto';
import type { Rendered } from './call.ts';
import { script } from './ui-script.ts';
import { style } from './ui-style.ts';

/** Makes the page and the policy that fits it. */
export function createPage(): Rendered {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    // The empty icon, which keeps browsers from asking for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    text: page,
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Management</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<h1>Management <span id="host"></span></h1>
<p>Status: <strong id="status">unknown</strong></p>
<form id="token-form">
<label for="token">Token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-hint">
<button>Use token</button>
<span id="token-hint">kept in this page only</span>
</form>
</header>
<div class="columns">
<nav aria-label="Endpoints"><ul id="links"></ul></nav>
<main id="content" tabindex="-1">
<p id="message" role="status" aria-live="polite"></p>
<section id="view" aria-labelledby="view-title"><h2 id="view-title">Health</h2><div id="body"></div></section>
</main>
</div>
<noscript>This page needs its script. Every endpoint is plain JSON too, so curl will do.</noscript>
<script>${script}</script>
</body>
</html>
`;
