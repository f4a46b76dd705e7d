import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { changeNode, mayRemove, removeNode, whyKept } from '../model/counts';
import { faultAt } from '../model/faults';
import type { NodeForm, Role } from '../model/form';
import { sizesIn } from '../model/sizes';
import type { SectionProps } from './section';
import { SizeSelect } from './SizeSelect';
import './form.css';

type Props = SectionProps & { role: Role };

/** One card a node: what it is called, its size, and the way to let it go. */
export function NodeCards(props: Props) {
  const { editor, role } = props;
  return (
    <ul className="node-cards" aria-label={`Nodes of the role ${role}`}>
      {editor.form.roles[role].nodes.map((node, index) => (
        <NodeCard key={node.id} {...props} node={node} index={index} />
      ))}
    </ul>
  );
}

function NodeCard({
  editor,
  role,
  sizes,
  sizesLoading,
  node,
  index,
}: Props & { node: NodeForm; index: number }) {
  const { form, change, faults } = editor;
  const path = `desiredState.roles.${role}.nodes[${index}]`;
  const removable = mayRemove(form, role);
  const beside = ['', '.id', '.group'].flatMap((field) => faults.get(path + field) ?? []);
  const tagsFault = faultAt(faults, `${path}.tags`, true);
  const errors = [...beside, ...(tagsFault === undefined ? [] : [tagsFault])];
  const about = [
    ...(node.group === null ? [] : [`Group ${node.group}`]),
    ...(node.tags.length === 0 ? [] : [`Tags: ${node.tags.join(', ')}`]),
    ...(form.region === '' ? [] : [form.region]),
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
            disabled={!removable}
            disabledReason={removable ? undefined : whyKept(form, role)}
            onClick={() => change((before) => removeNode(before, role, node.id))}
          />
        </div>
        <FormField
          label="Size"
          errorText={faults.get(`${path}.size`) ?? (errors.length > 0 ? errors.join('; ') : undefined)}
        >
          <SizeSelect
            value={node.size}
            sizes={sizesIn(sizes, form.region)}
            loading={sizesLoading}
            ariaLabel={`Size of ${node.id}`}
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
}
