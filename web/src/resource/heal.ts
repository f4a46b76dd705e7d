// How far the machines of a resource are healed without being asked. Pure.

export type Heal = 'none' | 'safe' | 'replace';

export const healPolicies: Record<Heal, { label: string; description: string }> = {
  safe: { label: 'Safe', description: 'What costs no money and destroys nothing.' },
  replace: {
    label: 'Replace',
    description: 'It also makes new machines for those that are gone or do not answer.',
  },
  none: { label: 'None', description: 'Drift is shown, and healed when you say so.' },
};

const reach: Record<Heal, readonly Heal[]> = { none: [], safe: ['safe'], replace: ['safe', 'replace'] };

/** What has drifted and stays so under a policy. */
export const beyondPolicy = <Item extends { readonly heals: Heal }>(
  policy: Heal,
  drift: readonly Item[],
): Item[] => drift.filter(({ heals }) => !reach[policy].includes(heals));
