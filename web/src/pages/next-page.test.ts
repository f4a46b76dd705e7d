import { expect, test } from 'vitest';
import { nextPage } from './next-page';

test.each([
  ['?next=%2Fservers%2Fcreate%3Fa%3D1', '/servers/create?a=1'],
  ['', '/'],
  ['?next=https%3A%2F%2Fevil.example%2Fservers', '/'],
  ['?next=%2F%2Fevil.example', '/'],
  ['?next=%2F%5Cevil.example', '/'],
  ['?next=javascript%3Aalert(1)', '/'],
  ['?next=%2Fsign-in%3Fnext%3D%2F', '/'],
])('%s leads to %s', (search, page) => {
  expect(nextPage(search, 'http://127.0.0.1:8080')).toBe(page);
});
