import { render, screen } from '@testing-library/react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { expect, test } from 'vitest';
import { kinds } from '../kinds/kinds';
import { resourceHref } from '../parts/resource-href';
import { pageHref } from '../resource/kind';
import { ResourceRoute } from './ResourceRoute';

function Here() {
  return <output>{useLocation().pathname}</output>;
}

function follow(kind: string, id: string) {
  render(
    <MemoryRouter initialEntries={[resourceHref(kind, id)]}>
      <Routes>
        <Route path="/r/:kind/:id" element={<ResourceRoute />} />
        <Route path="*" element={<Here />} />
      </Routes>
    </MemoryRouter>,
  );
}

test.each(kinds)('a resource of kind $kind has its own page', (known) => {
  follow(known.kind, 'res_1');
  expect(screen.getByRole('status').textContent).toBe(pageHref(known, 'res_1'));
});

test('a kind that this console does not know is said to have no page', () => {
  follow('abacus', 'res_1');
  expect(screen.getByRole('heading', { name: 'Not found' })).toBeTruthy();
});
