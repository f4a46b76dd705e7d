import { expect, test } from 'vitest';
import { FieldReader } from './field-reader';

test('every fault is named at its path, and what is unknown too', () => {
  const reader = new FieldReader(
    { name: 3, on: 'yes', rods: -1, wood: 'tin', tags: [1], frame: [], beads: [{ colour: 1 }, 'x'], more: 1 },
    'an abacus',
  );
  reader.text('name');
  reader.flag('on');
  reader.whole('rods');
  reader.choice('wood', ['oak', 'ash']);
  reader.texts('tags');
  reader.child('frame');
  const [bead] = reader.children('beads') ?? [];
  bead?.text('colour');
  reader.refuseUnknown();
  expect(reader.faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'name: must be text, not a number',
    'on: must be true or false, not text',
    'rods: must be a whole number, not a number',
    'wood: must be one of oak, ash',
    'tags: must be a list of texts',
    'frame: must be an object, not a list',
    'beads[1]: must be an object, not text',
    'beads[0].colour: must be text, not a number',
    'more: is not a field of an abacus',
  ]);
});

test('what is left out is no fault', () => {
  const reader = new FieldReader({ name: null }, 'an abacus');
  expect([reader.text('name'), reader.whole('rods'), reader.children('beads')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  reader.refuseUnknown();
  expect(reader.faults).toEqual([]);
});
