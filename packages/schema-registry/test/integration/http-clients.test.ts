import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { ConfluentSchemaRegistry } from '@platformatic/kafka';
import { createSchemaServer, fileLog } from '../../src/http.ts';
import { expect, onTestFinished, test } from 'vitest';

const order = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false };

/** A server on a free port with its log in a folder; gives its address. */
async function serve(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'schemas-'));
  const { handleNode } = createSchemaServer({ log: fileLog(folder) });
  const server = createServer(handleNode);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await rm(folder, { recursive: true, force: true });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('kafkajs registers a schema, writes by it and reads what it wrote', async () => {
  const registry = new SchemaRegistry({ host: await serve(), retry: { retries: 0 } });
  const schema = { type: SchemaType.JSON as const, schema: JSON.stringify(order) };
  const { id } = await registry.register(schema, { subject: 'shop.order' });
  expect(await registry.register(schema, { subject: 'shop.order' })).toEqual({ id });
  const message = await registry.encode(id, { id: 'o1' });
  expect(await registry.decode(message)).toEqual({ id: 'o1' });
  expect(await registry.getLatestSchemaId('shop.order')).toBe(id);
  expect(await registry.getRegistryId('shop.order', 1)).toBe(id);
  expect(await registry.getRegistryIdBySchema('shop.order', schema)).toBe(id);
});

test('kafkajs is told of an incompatible schema and of a kind that is not served', async () => {
  const registry = new SchemaRegistry({ host: await serve(), retry: { retries: 0 } });
  const schema = { type: SchemaType.JSON as const, schema: JSON.stringify(order) };
  await registry.register(schema, { subject: 'a' });
  const other = { type: SchemaType.JSON as const, schema: '{"type":"object","properties":{"id":{"type":"integer"}}}' };
  await expect(registry.register(other, { subject: 'a' })).rejects.toThrow('incompatible with an earlier schema');
  const avro = { type: SchemaType.AVRO as const, schema: '{"type":"record","name":"a.b","fields":[]}' };
  await expect(registry.register(avro, { subject: 'b' })).rejects.toThrow('type AVRO is not supported');
});

test('platformatic finds the schema that kafkajs registered, and reads its messages', async () => {
  const url = await serve();
  const writer = new SchemaRegistry({ host: url, retry: { retries: 0 } });
  const { id } = await writer.register(
    { type: SchemaType.JSON, schema: JSON.stringify(order) },
    { subject: 'shop.order' },
  );
  const message = await writer.encode(id, { id: 'o1' });

  const reader = new ConfluentSchemaRegistry({ url, retries: 0 });
  await reader.fetchSchema(id, (error) => expect(error ?? null).toBeNull());
  expect(reader.get(id)).toMatchObject({ id, type: 'json' });
  const { value } = reader.getDeserializers();
  expect(value?.(message)).toEqual({ id: 'o1' });
});
