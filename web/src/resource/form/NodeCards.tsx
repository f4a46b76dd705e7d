import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { memo } from 'react';
import type { Size } from '../../api/types';
import { Labelled } from '../../parts/Labelled';
import { faultAt, type FaultMap } from './faults';
import type { NodeForm } from './roles';
import { SizeSelect } from './SizeSelect';
import './form.css';

/** What is on or off of each node. */
export interface NodeFlag<Own extends object> {
  readonly label: string;
  readonly of: (node: NodeForm<Own>) => boolean;
  readonly onChange: (id: string, isOn: boolean) => void;
}

export interface NodeCardsProps<Own extends object> {
  readonly role: string;
  readonly nodes: readonly NodeForm<Own>[];
  /** What is said of one beside its id and size. */
  readonly aboutOf: (node: NodeForm<Own>) => readonly string[];
  /** The fields that only this kind's nodes have, and which are shown nowhere else. */
  readonly ownFields: readonly (keyof Own & string)[];
  readonly faults: FaultMap;
  /** Why none can be removed; null when one can. */
  readonly kept: string | null;
  /** Those that the region sells. */
  readonly offered: readonly Size[];
  readonly sizesLoading: boolean;
  readonly onRemove: (id: string) => void;
  readonly onNodeSize: (id: string, size: string) => void;
  readonly flag?: NodeFlag<Own> | undefined;
}

/** One card a node: what it is called, its size, and the way to let it go. */
export function NodeCards<Own extends object>(props: NodeCardsProps<Own>) {
  const { role, nodes, aboutOf, ownFields, faults, flag, ...rest } = props;
  return (
    <ul className="node-cards" aria-label={`Nodes of the role ${role}`}>
      {nodes.map((node, index) => (
        <NodeCard
          key={node.id}
          id={node.id}
          size={node.size}
          about={aboutOf(node).join(' · ')}
          fault={faultOf(faults, `desiredState.roles.${role}.nodes[${index}]`, ownFields)}
          flagLabel={flag?.label}
          isFlagged={flag?.of(node) ?? false}
          onFlag={flag?.onChange}
          {...rest}
        />
      ))}
    </ul>
  );
}

function faultOf(faults: FaultMap, path: string, ownFields: readonly string[]): string | undefined {
  const fields = ['.size', '', '.id', ...ownFields.map((field) => `.${field}`)];
  const found = fields.flatMap((field) => faults.get(path + field) ?? []);
  const tags = faultAt(faults, `${path}.tags`, true);
  const all = tags === undefined ? found : [...found, tags];
  return all.length === 0 ? undefined : all.join('; ');
}

interface CardProps extends Pick<
  NodeCardsProps<object>,
  'kept' | 'offered' | 'sizesLoading' | 'onRemove' | 'onNodeSize'
> {
  id: string;
  size: string;
  about: string;
  fault: string | undefined;
  flagLabel: string | undefined;
  isFlagged: boolean;
  onFlag: ((id: string, isOn: boolean) => void) | undefined;
}

/** Remembered: a hundred of them need not be drawn anew at each key that is pressed elsewhere. */
const NodeCard = memo(function NodeCard({
  id,
  size,
  about,
  fault,
  kept,
  offered,
  sizesLoading,
  onRemove,
  onNodeSize,
  flagLabel,
  isFlagged,
  onFlag,
}: CardProps) {
  return (
    <li className="node-card">
      <SpaceBetween size="xs">
        <div className="node-card-head">
          <Box variant="strong">{id}</Box>
          <Button
            variant="icon"
            iconName="close"
            ariaLabel={`Remove ${id}`}
            disabled={kept !== null}
            disabledReason={kept ?? undefined}
            onClick={() => onRemove(id)}
          />
        </div>
        <FormField label={<Labelled short="Size" rest={`of ${id}`} />} errorText={fault}>
          <SizeSelect
            value={size}
            sizes={offered}
            loading={sizesLoading}
            onChange={(chosen) => onNodeSize(id, chosen)}
          />
        </FormField>
        {flagLabel !== undefined && (
          <Toggle
            checked={isFlagged}
            ariaLabel={`${flagLabel}: ${id}`}
            onChange={({ detail }) => onFlag?.(id, detail.checked)}
          >
            {flagLabel}
          </Toggle>
        )}
        {about !== '' && (
          <Box variant="small" color="text-body-secondary">
            {about}
          </Box>
        )}
      </SpaceBetween>
    </li>
  );
});
