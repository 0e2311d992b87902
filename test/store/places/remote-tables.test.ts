// Why a library can't lie in LanceDB's remote tables (db://): what their client refuses, whatever server answers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from '@lancedb/lancedb';
import { expect, it, onTestFinished } from 'vitest';

it('does not take old versions away, which forgetting needs: once it does, db:// is to be thought over', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ table: 'tracks', version: 1, schema: { fields: [] }, stats: {} }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const hostOverride = `http://127.0.0.1:${address.port}`;
  const connection = await connect('db://films', { apiKey: 'sk_of_nobody', hostOverride, region: 'us-east-1' });
  onTestFinished(() => connection.close());
  const table = await connection.openTable('tracks');
  expect(await table.version()).toBe(1);
  await expect(table.optimize({ cleanupOlderThan: new Date() })).rejects.toThrow('optimize is not supported');
});
