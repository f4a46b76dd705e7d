// Who asked for an operation, for people.

import type { Actor } from '../api/types';

export function actorInWords(actor: Actor): string {
  if (actor === null) return 'Unknown';
  const name = actor.name ?? '';
  switch (actor.type) {
    case 'token':
      return `Token ${name}`;
    case 'user':
      return name;
    case 'schedule':
      return `Schedule ${name}`;
    case 'healing':
      return 'Ashlar, healing';
  }
}
