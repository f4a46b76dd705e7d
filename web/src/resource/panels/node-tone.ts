/** How a node of a cluster is, in one of three looks. */
export type NodeTone = 'works' | 'trouble' | 'off';

export function toneOf({ state, error }: { state: string; error: string | null }): NodeTone {
  if (state === 'off') return 'off';
  return state === 'active' && error === null ? 'works' : 'trouble';
}
