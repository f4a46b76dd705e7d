import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tokens } from './tokens';

test('every colour refers to a variable that the installed components define, in dark, too', () => {
  const styles = readFileSync(
    'node_modules/@cloudscape-design/components/internal/base-theme/styles.scoped.css',
    'utf8',
  );
  const colors = Object.entries(tokens).filter(([, value]) => value.includes('--color-'));
  expect(colors.length).toBeGreaterThan(8);
  for (const [name, value] of colors) {
    const variable = /^var\((--[a-z0-9-]+)/.exec(value)?.[1];
    expect(styles, `${name} refers to ${value}`).toContain(`${variable ?? 'nothing'}:`);
  }
});
