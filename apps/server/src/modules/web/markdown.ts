// Readmes are written by strangers. What they become is made by markdown-it out of tokens: text is escaped, and HTML in a
// readme is left out, with its comments, whatever it is. Links lead to the web or to mail; pictures become links, because
// pages load nothing from elsewhere (the Content-Security-Policy says so too).
import markdownIt from 'markdown-it';
import { Html } from './html.ts';

/** How much of a readme is shown, in characters: a page that nobody reads to its end takes time that others wait for. */
const shownLength = 65_536;

const safeAddress = /^(?:https?:\/\/|mailto:|#)/i;

const renderer = markdownIt({ html: true, linkify: false, typographer: false });
// Quotes and lists deeper than this are text.
renderer.set({ maxNesting: 20 } as object);
renderer.validateLink = (address) => safeAddress.test(address);
renderer.renderer.rules['html_block'] = () => '';
renderer.renderer.rules['html_inline'] = () => '';
renderer.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index];
  const { escapeHtml } = renderer.utils;
  const label = token?.content === '' || token === undefined ? 'picture' : token.content;
  const address = token?.attrGet('src') ?? '';
  if (address === '') return escapeHtml(label);
  return `<a href="${escapeHtml(address)}" rel="nofollow noopener noreferrer">${escapeHtml(label)}</a>`;
};
renderer.renderer.rules['link_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'nofollow noopener noreferrer');
  return self.renderToken(tokens, index, options);
};
/** `[text]()` leads to the page that it is on: it is text. */
renderer.core.ruler.push('links-without-address', ({ tokens }) => {
  for (const token of tokens) {
    let isLeftOut = false;
    token.children = (token.children ?? []).filter((child) => {
      if (child.type === 'link_open') isLeftOut = child.attrGet('href') === '';
      return !(isLeftOut && ['link_open', 'link_close'].includes(child.type));
    });
  }
});
/** A page has one first heading, and it is not the readme's. */
renderer.renderer.rules['heading_open'] = (tokens, index) => `<${lower(tokens[index]?.tag)}>`;
renderer.renderer.rules['heading_close'] = (tokens, index) => `</${lower(tokens[index]?.tag)}>\n`;
renderer.renderer.rules['table_open'] = () =>
  '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>';
renderer.renderer.rules['table_close'] = () => '</table></div>';

/** A readme as markup that is safe to send. */
export function renderMarkdown(text: string): Html {
  return new Html(renderer.render(text.slice(0, shownLength)));
}

function lower(tag: string | undefined): string {
  return `h${Math.min(6, Number(tag?.slice(1) ?? 1) + 2)}`;
}
