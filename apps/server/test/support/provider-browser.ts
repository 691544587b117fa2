import { browserClient, type BrowserClient, type Page } from './browser-client.ts';

/** A browser that is sent to a provider and back; it keeps cookies of both. */
export interface TravellingBrowser {
  readonly here: BrowserClient;
  readonly there: BrowserClient;
  /** Begins to sign in, and answers with where the provider sends it back to, not yet gone to. */
  goThere(start?: string): Promise<string>;
  /** All of it: answers with the page after the callback. */
  signIn(start?: string): Promise<Page>;
}

export function travellingBrowser(serverUrl: string, issuer: string): TravellingBrowser {
  const [here, there] = [browserClient(serverUrl), browserClient(issuer)];
  const goThere = async (start = '/sign-in/openid'): Promise<string> => {
    const begun = await here.get(start);
    return follow(there, begun.location as string, serverUrl);
  };
  return { here, there, goThere, signIn: async (start) => here.get(await goThere(start)) };
}

/** Follows the provider from page to page until it leads back. */
export async function follow(there: BrowserClient, from: string, backTo: string): Promise<string> {
  let address = from;
  for (let steps = 0; steps < 10; steps += 1) {
    const page = await there.get(address);
    if (page.location === undefined) throw new Error(`the provider stays at ${address}: ${page.markup.slice(0, 500)}`);
    address = new URL(page.location, page.url).href;
    if (address.startsWith(backTo)) return address;
  }
  throw new Error(`the provider leads in circles: ${address}`);
}
