import { expect, test } from 'vitest';
import { serverVersion } from './server-version.ts';

test.each([
  { answer: { status: 200, body: '{"gitVersion":"v1.34.4"}' }, version: 'v1.34.4' },
  { answer: { status: 200, body: '{}' }, version: undefined },
  { answer: { status: 403, body: 'no' }, version: undefined },
])('$answer.status with $answer.body is version $version', async ({ answer, version }) => {
  const asked = serverVersion({ send: async () => ({ headers: {}, ...answer }) });
  if (version) expect(await asked).toBe(version);
  else await expect(asked).rejects.toMatchObject({ reason: 'VersionUnknown' });
});
