import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compare, type Deviation } from './compare.ts';
import { loadScenario, scenarioIds } from './scenario.ts';
import { replay } from './stage.ts';

const deviations = parse(readFileSync(new URL('../deviations.yaml', import.meta.url), 'utf8')) as Deviation[];

describe('recorded releases replay to the same status, objects, queries, payloads and events', () => {
  it.concurrent.each(scenarioIds())('%s', async (id) => {
    const scenario = loadScenario(id);
    const differences = compare(scenario, await replay(scenario), deviations);
    expect(differences, scenario.title).toEqual([]);
  });
});

it('the documentation counts the recordings as they are', () => {
  const page = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (`[^|]*`) \| (\d+) \|$/gm)];
  const counted = rows.flatMap(([, names = '', count]) => {
    const providers = [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const found = scenarioIds().filter((id) => providers.includes(loadScenario(id).provider));
    expect(found, names).toHaveLength(Number(count));
    return found;
  });
  expect(counted.toSorted()).toEqual(scenarioIds());
  expect(page).toContain(`${counted.length} releases were recorded`);
});
