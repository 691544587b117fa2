import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { listOrders, findOrder, placeOrder } from './orders.js';
import { signIn } from './sign-in.js';

process.on('uncaughtException', (error) => {
  console.error('uncaught', error);
});

async function answer(request, response) {
  console.log('request', request.method, request.url, request.headers);
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
  response.setHeader('Content-Type', 'application/json');
  try {
    response.end(JSON.stringify(await route(request, response)));
  } catch (error) {
    console.error(`request failed: ${error}`);
    response.writeHead(500);
    response.end(JSON.stringify({ error: String(error) }));
  }
}

async function route(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/ready') {
    return { status: 'ok' };
  }
  if (pathname === '/terms') {
    return { terms: readFileSync(new URL('../README.md', import.meta.url), 'utf8') };
  }
  if (pathname === '/login' && request.method === 'POST') return signIn(await bodyOf(request));
  if (pathname === '/orders' && request.method === 'POST') return placeOrder(await bodyOf(request));
  if (pathname === '/orders') return listOrders();
  if (pathname.startsWith('/orders/')) return findOrder(pathname.slice('/orders/'.length));
  response.statusCode = 404;
  return { error: 'not found' };
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const server = createServer(answer);
server.listen(process.env.PORT ?? 8080, () => console.log('listening on', server.address().port));
