import { describe, expect, it } from 'vitest';
import { kSixNodes, node, status } from './testing';
import { inWords, kBox, pictureOf } from './topology';

const sound = () => status(kSixNodes.map((name) => node(name)));

describe('the picture', () => {
  it.each([true, false])('shows every node once, none over another, narrow: %s', (narrow) => {
    const { nodes } = pictureOf(sound(), narrow);
    expect(nodes.map(({ id }) => id).sort()).toEqual([...kSixNodes].sort());
    for (const one of nodes)
      for (const other of nodes)
        if (one !== other)
          expect(
            Math.abs(one.x - other.x) >= kBox.width || Math.abs(one.y - other.y) >= kBox.height,
            `${one.id} and ${other.id}`,
          ).toBe(true);
  });

  it.each([true, false])('keeps nodes inside their groups, narrow: %s', (narrow) => {
    const { nodes, groups } = pictureOf(sound(), narrow);
    for (const one of nodes)
      expect(
        groups.some(
          (group) =>
            one.x >= group.x &&
            one.y >= group.y &&
            one.x + kBox.width <= group.x + group.width &&
            one.y + kBox.height <= group.y + group.height,
        ),
        one.id,
      ).toBe(true);
  });

  it('draws who follows whom, with the lag', () => {
    const { links } = pictureOf(sound());
    expect(links.filter(({ kind }) => kind === 'follows')).toEqual([
      {
        id: 'follows:replica-1',
        from: 'master-1',
        to: 'replica-1',
        kind: 'follows',
        sound: true,
        lagBytes: 14,
      },
      {
        id: 'follows:replica-2',
        from: 'master-1',
        to: 'replica-2',
        kind: 'follows',
        sound: true,
        lagBytes: 14,
      },
    ]);
    expect(links.filter(({ kind }) => kind === 'watches')).toHaveLength(3);
  });

  it('shows a sentinel that means another master, and a node that is down', () => {
    const nodes = sound().nodes.map((one) => {
      if (one.name === 'sentinel-1')
        return {
          ...one,
          watches: (one.watches ?? []).map((watch) => ({
            ...watch,
            master: 'replica-1',
          })),
        };
      return one.name === 'replica-2'
        ? {
            ...one,
            state: 'error',
            error: 'does not answer',
            replication: null,
          }
        : one;
    });
    const picture = pictureOf(status(nodes));
    expect(picture.links.filter((link) => !link.sound).map(({ id }) => id)).toEqual([
      'watches:sentinel-1:prod-m1',
    ]);
    expect(picture.nodes.find(({ id }) => id === 'replica-2')?.tone).toBe('trouble');
    expect(inWords(status(nodes))).toContain('replica-2 follows nobody and error: does not answer.');
  });

  it('stands with a group that nobody leads', () => {
    const observed = sound();
    const [group] = observed.groups;
    if (group === undefined) throw new Error('no group');
    const picture = pictureOf({
      ...observed,
      groups: [{ ...group, master: null }],
    });
    expect(picture.nodes).toHaveLength(6);
  });

  it("leaves out the sentinels' lines when there are too many to see anything", () => {
    const names = Array.from({ length: 17 }, (_, index) => `sentinel-${index + 1}`);
    const picture = pictureOf(status(['master-1', ...names].map((name) => node(name))));
    expect(picture.links.filter(({ kind }) => kind === 'watches')).toEqual([]);
  });
});
