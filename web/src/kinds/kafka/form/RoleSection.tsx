import { useCallback } from 'react';
import { RoleFields } from '../../../resource/form/RoleFields';
import {
  addNode,
  leastNodes,
  mostNodesOf,
  removeNode,
  setCount,
  setNodeHeld,
  setNodeSize,
  setRoleSize,
  whyKept,
} from '../model/counts';
import type { KafkaNodeForm, Role } from '../model/form';
import { roleTitles } from '../model/words';
import type { SectionProps } from './section';

const descriptions: Record<Role, string> = {
  controller: 'Agree on who leads which partition. Small machines do; an odd number of them.',
  broker: 'Keep the records, and serve those who write and read them.',
};

const aboutOf = ({ zone, tags }: KafkaNodeForm, region: string): string[] => [
  ...(zone === null ? [] : [`Zone ${zone}`]),
  ...(tags.length === 0 ? [] : [`Tags: ${tags.join(', ')}`]),
  ...(region === '' ? [] : [region]),
];

/** Count and size of one role, and its nodes one by one. */
export function RoleSection(props: SectionProps & { role: Role }) {
  const { editor, hints, sizes, offered, sizesLoading, role, exists } = props;
  const { form, change, faults } = editor;
  const remove = useCallback(
    (id: string) => change((before) => removeNode(before, role, id)),
    [change, role],
  );
  const resize = useCallback(
    (id: string, size: string) => change((before) => setNodeSize(before, role, id, size)),
    [change, role],
  );
  const hold = useCallback(
    (id: string, held: boolean) => change((before) => setNodeHeld(before, role, id, held)),
    [change, role],
  );
  return (
    <RoleFields
      role={role}
      title={roleTitles[role]}
      description={descriptions[role]}
      form={form.roles[role]}
      least={leastNodes(form, role)}
      most={mostNodesOf(form, role)}
      kept={whyKept(form, role)}
      aboutOf={(node) => aboutOf(node, form.region)}
      ownFields={['number', 'zone', 'held']}
      // A node that is only being made has nothing to be held at.
      flag={exists ? { label: 'Hold out of changes', of: ({ held }) => held, onChange: hold } : undefined}
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
