import fc from 'fast-check';
import { expect, test } from 'vitest';
import { templateRevision } from './revision.ts';
import { deployment } from './testing/recorded.ts';

const base = deployment({}, { podSpec: { containers: [{ name: 'app', image: 'app:1' }] } });

test('a revision is 16 hex digits', () => {
  expect(templateRevision(base)).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  [
    'the number of replicas is no part of it',
    deployment({ replicas: 7 }, { podSpec: { containers: [{ name: 'app', image: 'app:1' }] } }),
    true,
  ],
  [
    'a null that a server release adds is no part of it',
    deployment({
      template: {
        metadata: { creationTimestamp: null, labels: { app: 'podinfo' } },
        spec: { containers: [{ image: 'app:1', name: 'app' }] },
      },
    }),
    true,
  ],
  [
    'another image is another revision',
    deployment({}, { podSpec: { containers: [{ name: 'app', image: 'app:2' }] } }),
    false,
  ],
  [
    'a pod annotation is another revision',
    deployment({
      template: {
        metadata: { labels: { app: 'podinfo' }, annotations: { retry: '1' } },
        spec: { containers: [{ image: 'app:1', name: 'app' }] },
      },
    }),
    false,
  ],
  [
    'the order of containers counts',
    deployment(
      {},
      {
        podSpec: {
          containers: [
            { name: 'side', image: 's' },
            { name: 'app', image: 'app:1' },
          ],
        },
      },
    ),
    false,
  ],
])('%s', (_, object, same) => {
  expect(templateRevision(object) === templateRevision(base)).toBe(same);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([key, field]) => [key, reversed(field)]));
}

test('the order of keys is no part of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (template) => {
      expect(templateRevision(deployment({ template: reversed(template) }))).toBe(
        templateRevision(deployment({ template })),
      );
    }),
  );
});
