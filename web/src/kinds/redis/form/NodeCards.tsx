import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { memo } from 'react';
import { Labelled } from '../../../parts/Labelled';
import { faultAt, type FaultMap } from '../../../resource/form/faults';
import { SizeSelect } from '../../../resource/form/SizeSelect';
import { changeNode, mayRemove, removeNode, whyKept } from '../model/counts';
import type { NodeForm, Role } from '../model/form';
import type { Size } from '../model/types';
import type { SectionProps } from './section';
import '../../../resource/form/form.css';

/** One card a node: what it is called, its size, and the way to let it go. */
export function NodeCards({ editor, role, offered, sizesLoading }: SectionProps & { role: Role }) {
  const { form, change, faults } = editor;
  const kept = mayRemove(form, role) ? null : whyKept(form, role);
  return (
    <ul className="node-cards" aria-label={`Nodes of the role ${role}`}>
      {form.roles[role].nodes.map((node, index) => (
        <NodeCard
          key={node.id}
          role={role}
          node={node}
          fault={faultOf(faults, role, index)}
          region={form.region}
          kept={kept}
          offered={offered}
          loading={sizesLoading}
          change={change}
        />
      ))}
    </ul>
  );
}

function faultOf(faults: FaultMap, role: Role, index: number): string | undefined {
  const path = `desiredState.roles.${role}.nodes[${index}]`;
  const found = ['.size', '', '.id', '.group'].flatMap((field) => faults.get(path + field) ?? []);
  const tags = faultAt(faults, `${path}.tags`, true);
  const all = tags === undefined ? found : [...found, tags];
  return all.length === 0 ? undefined : all.join('; ');
}

interface CardProps {
  role: Role;
  node: NodeForm;
  fault: string | undefined;
  region: string;
  /** Why it cannot be removed; null when it can. */
  kept: string | null;
  offered: readonly Size[];
  loading: boolean;
  change: SectionProps['editor']['change'];
}

/** Remembered: a hundred of them need not be drawn anew at each key that is pressed elsewhere. */
const NodeCard = memo(function NodeCard({
  role,
  node,
  fault,
  region,
  kept,
  offered,
  loading,
  change,
}: CardProps) {
  const about = [
    ...(node.group === null ? [] : [`Group ${node.group}`]),
    ...(node.tags.length === 0 ? [] : [`Tags: ${node.tags.join(', ')}`]),
    ...(region === '' ? [] : [region]),
  ];
  return (
    <li className="node-card">
      <SpaceBetween size="xs">
        <div className="node-card-head">
          <Box variant="strong">{node.id}</Box>
          <Button
            variant="icon"
            iconName="close"
            ariaLabel={`Remove ${node.id}`}
            disabled={kept !== null}
            disabledReason={kept ?? undefined}
            onClick={() => change((before) => removeNode(before, role, node.id))}
          />
        </div>
        <FormField label={<Labelled short="Size" rest={`of ${node.id}`} />} errorText={fault}>
          <SizeSelect
            value={node.size}
            sizes={offered}
            loading={loading}
            onChange={(size) => change((before) => changeNode(before, role, node.id, { size }))}
          />
        </FormField>
        {about.length > 0 && (
          <Box variant="small" color="text-body-secondary">
            {about.join(' · ')}
          </Box>
        )}
      </SpaceBetween>
    </li>
  );
});
