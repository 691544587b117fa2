const base =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** What a page may load: our style and images, and no script. */
export const contentPolicy = base;

/** The same for a page with a script of ours, which asks this server. */
export const scriptedContentPolicy = `${base}; script-src 'self'; connect-src 'self'`;
