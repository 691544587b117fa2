import { randomUUID } from 'node:crypto';
import { sendReceipt } from './mail.js';
import { charge } from './payments.js';
import * as stock from './stock.js';

const orders = new Map();
const maxOrders = Number(process.env.MAX_ORDERS);

// TODO: keep the orders in the database
setInterval(() => {
  for (const [id, order] of orders) if (order.isClosed) orders.delete(id);
}, 60_000);

export function listOrders() {
  return [...orders.values()];
}

export function findOrder(id) {
  const order = orders.get(id);
  if (!order) throw `order ${id} not found`;
  return order;
}

export async function placeOrder({ lines, card, email }) {
  if (orders.size >= maxOrders) throw 'too many orders';
  const order = { id: randomUUID(), lines: lines ?? [], isClosed: false };
  await Promise.all(order.lines.map(async (line) => await stock.update(line)));
  if (card) await charge(order, card);
  sendReceipt(order, email).catch(() => {});
  orders.set(order.id, order);
  return order;
}
