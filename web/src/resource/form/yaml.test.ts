import { describe, expect, it } from 'vitest';
import { abacusFormat, newAbacus } from '../testing/abacus';
import { linesOfFaults, pathSteps, readYaml, writeYaml } from './yaml';

const read = (text: string) => readYaml(text, abacusFormat);

it('gives back the form that was written', () => {
  const form = { ...newAbacus(), name: 'beads', rods: 7 };
  expect(read(writeYaml('abacus', abacusFormat.write(form))).form).toEqual(form);
});

describe('faults', () => {
  it('stand at their path and line', () => {
    expect(read('name: beads\nrods: many\nregoin: nyc1\n').faults).toEqual([
      { path: 'rods', message: 'must be a whole number, not text', line: 2 },
      { path: 'regoin', message: 'is not a field of an abacus', line: 3 },
    ]);
  });

  it('say where YAML itself is broken', () => {
    expect(read('name: [prod\n').faults[0]?.line).toBeGreaterThan(0);
  });

  it('refuse aliases that multiply themselves', () => {
    const bomb = [
      'a: &a [x]',
      ...Array.from(
        'bcdefghi',
        (key, index) =>
          `${key}: &${key} [${Array(9)
            .fill(`*${'abcdefghi'[index] ?? ''}`)
            .join(',')}]`,
      ),
    ].join('\n');
    expect(read(bomb).form).toBeNull();
  });

  it('of the server are found in the text, as near as there is a place', () => {
    const text = 'name: beads\nframe:\n  wood: oak\n';
    const lines = linesOfFaults(text, [
      { path: 'frame.wood', message: '' },
      { path: 'frame.colour', message: '' },
      { path: 'rods', message: '' },
    ]);
    expect(lines.map(({ line }) => line)).toEqual([3, 2, null]);
  });
});

it('splits paths', () => {
  expect(pathSteps('a.b[2].c')).toEqual(['a', 'b', 2, 'c']);
});
