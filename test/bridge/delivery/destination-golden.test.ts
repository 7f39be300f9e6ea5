// What every destination is sent of every kind of every category of incident, against golden files.
import { describe } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { testGolden } from '../../support/golden.ts';

for (const [name, adapter] of Object.entries(ADAPTERS)) {
  describe(`the destination ${name}`, () => testGolden(name, adapter));
}
