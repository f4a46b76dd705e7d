import { useCallback } from 'react';
import { RoleFields } from '../../../resource/form/RoleFields';
import {
  addNode,
  leastNodes,
  mayRemove,
  mostNodes,
  removeNode,
  setCount,
  setNodeSize,
  setRoleSize,
  whyKept,
} from '../model/counts';
import type { NodeForm, Role } from '../model/form';
import type { SectionProps } from './section';

const titles: Record<Role, { many: string; description: string }> = {
  master: {
    many: 'Master nodes',
    description: 'Take the writes. Each leads a replication group of its own.',
  },
  replica: {
    many: 'Replica nodes',
    description: 'Follow a master, answer reads, and take over when it fails.',
  },
  sentinel: {
    many: 'Sentinel nodes',
    description: 'Watch the masters and agree on who leads. Small machines do.',
  },
};

const aboutOf = ({ group, tags }: NodeForm, region: string): string[] => [
  ...(group === null ? [] : [`Group ${group}`]),
  ...(tags.length === 0 ? [] : [`Tags: ${tags.join(', ')}`]),
  ...(region === '' ? [] : [region]),
];

/** Count and size of one role, and its nodes one by one. */
export function RoleSection({
  editor: { form, change, faults },
  hints,
  sizes,
  offered,
  sizesLoading,
  role,
}: SectionProps & { role: Role }) {
  const remove = useCallback(
    (id: string) => change((before) => removeNode(before, role, id)),
    [change, role],
  );
  const resize = useCallback(
    (id: string, size: string) => change((before) => setNodeSize(before, role, id, size)),
    [change, role],
  );
  return (
    <RoleFields
      role={role}
      title={titles[role].many}
      description={titles[role].description}
      form={form.roles[role]}
      least={leastNodes(form, role)}
      most={mostNodes(form, role)}
      kept={mayRemove(form, role) ? null : whyKept(form, role)}
      aboutOf={(node) => aboutOf(node, form.region)}
      ownFields={['group']}
      hints={hints}
      faults={faults}
      sizes={sizes}
      offered={offered}
      sizesLoading={sizesLoading}
      onCount={(count) => change((before) => setCount(before, role, count))}
      onSize={(size) => change((before) => setRoleSize(before, role, size))}
      onAdd={() => change((before) => addNode(before, role))}
      onRemove={remove}
      onNodeSize={resize}
    />
  );
}
