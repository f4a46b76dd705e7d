import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { kinds } from '../kinds/kinds';
import { createHref, pageHref } from '../resource/kind';
import { ResourceListPage } from '../resource/list/ResourceListPage';
import { abacus, makeLine } from '../resource/testing/abacus';
import { serve, session, show, type Answers } from '../testing/api';
import { openConsole } from '../testing/open-console';
import { resourcesOf } from './resources/description';

const [first] = kinds;
if (first === undefined) throw new Error('the console knows a kind');
const all = [abacus, first];

const answering = (items: unknown[]): Answers => ({
  'GET /api/servers': () => ({ body: { items, next: null, total: items.length } }),
  'GET /api/global/digitalocean/regions': () => ({ body: { items: [], next: null } }),
});

const open = (items: unknown[]) => {
  const log = serve(answering(items));
  show(<ResourceListPage list={resourcesOf(all)} />, { path: '/resources' });
  return log;
};

test('resources of every kind stand in one table, each leading to the page of its kind', async () => {
  const log = open([
    makeLine('school'),
    makeLine('shop', { kind: first.kind }),
    makeLine('later', { kind: 'unknown' }),
  ]);
  const cells = async (name: string) => {
    const row = within(await screen.findByRole('row', { name: new RegExp(name) }));
    return [row.getByRole('link', { name }).getAttribute('href'), row.getAllByRole('cell')[0]?.textContent];
  };
  expect(await cells('school')).toEqual([pageHref(abacus, 'res_school'), 'Abacus']);
  expect(await cells('shop')).toEqual([pageHref(first, 'res_shop'), first.title.one]);
  expect(await cells('later')).toEqual(['/r/unknown/res_later', 'unknown']);
  expect(new URLSearchParams(log[0]?.path.split('?')[1]).has('kind')).toBe(false);
  expect(screen.queryByRole('radio')).toBeNull();
});

test('an empty console says what can be declared', async () => {
  open([]);
  expect(await screen.findByText(abacus.description)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: `Create ${first.title.one}` }));
  expect(screen.getByTestId('where')).toHaveTextContent(createHref(first));
});

test('it is what the console begins with', async () => {
  serve({ ...answering([]), 'GET /api/session': () => ({ body: session }) });
  openConsole('/');
  expect(await screen.findByRole('heading', { level: 1, name: 'Resources' })).toBeVisible();
  const pages = screen.getByRole('complementary', { name: 'Pages of the console' });
  for (const { title, path } of kinds)
    expect(within(pages).getByRole('link', { name: title.many })).toHaveAttribute('href', path);
});
