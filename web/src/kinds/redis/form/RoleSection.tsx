import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { formatCount, formatMoney } from '../../../parts/format';
import { Labelled } from '../../../parts/Labelled';
import { monthlyUsdOf } from '../../../resource/form/sizes';
import { SizeSelect } from '../../../resource/form/SizeSelect';
import { addNode, leastNodes, mostNodes, setCount, setRoleSize, sizesOf } from '../model/counts';
import type { Role } from '../model/form';
import { hintAt } from '../model/hints';
import { NodeCards } from './NodeCards';
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

/** Count and size of one role, and its nodes one by one. */
export function RoleSection(props: SectionProps & { role: Role }) {
  const { editor, hints, sizes, offered, sizesLoading, role } = props;
  const { form, change, faults } = editor;
  const path = `desiredState.roles.${role}`;
  const ofRole = form.roles[role];
  const cost = monthlyUsdOf(sizesOf(form, role), sizes);
  const full = ofRole.nodes.length >= mostNodes(form, role);
  const nodesFault = faults.get(`${path}.nodes`);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${ofRole.nodes.length})`}
          description={titles[role].description}
          actions={
            cost !== null && cost > 0 && <Box color="text-body-secondary">{formatMoney(cost)} a month</Box>
          }
        >
          {titles[role].many}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <ColumnLayout columns={2}>
          <FormField
            label={<Labelled short="Count" rest={`of ${titles[role].many.toLowerCase()}`} />}
            constraintText={hintAt(hints, `${path}.count`) ?? `At least ${leastNodes(form, role)}.`}
            errorText={faults.get(`${path}.count`)}
          >
            <CountInput
              count={ofRole.nodes.length}
              least={leastNodes(form, role)}
              most={mostNodes(form, role)}
              onChange={(count) => change((before) => setCount(before, role, count))}
            />
          </FormField>
          <FormField
            label={<Labelled short="Size" rest={`of ${titles[role].many.toLowerCase()}`} />}
            constraintText={
              hintAt(hints, `${path}.size`) ?? 'Of every node of this role; a single node’s can differ below.'
            }
            errorText={faults.get(`${path}.size`)}
          >
            <SizeSelect
              value={ofRole.size}
              sizes={offered}
              loading={sizesLoading}
              onChange={(size) => change((before) => setRoleSize(before, role, size))}
            />
          </FormField>
        </ColumnLayout>
        {nodesFault !== undefined && (
          <Alert type="error" i18nStrings={{ errorIconAriaLabel: 'Error' }}>
            {nodesFault}
          </Alert>
        )}
        <NodeCards {...props} />
        <Button
          iconName="add-plus"
          disabled={full}
          disabledReason={
            full ? `${formatCount(mostNodes(form, role), 'node')} of this role at most` : undefined
          }
          onClick={() => change((before) => addNode(before, role))}
          ariaLabel={`Add node to ${titles[role].many.toLowerCase()}`}
        >
          Add node
        </Button>
      </SpaceBetween>
    </Container>
  );
}

interface CountProps {
  count: number;
  least: number;
  most: number;
  onChange: (count: number) => void;
}

/** A number that may be half typed: it counts once it is one that is possible. */
function CountInput({ count, least, most, onChange }: CountProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Input
      type="number"
      inputMode="numeric"
      value={typed ?? String(count)}
      step={1}
      nativeInputAttributes={{ min: least, max: most }}
      onChange={({ detail }) => {
        const wanted = Number(detail.value);
        const possible = detail.value !== '' && Number.isInteger(wanted) && wanted >= least && wanted <= most;
        setTyped(possible ? null : detail.value);
        if (possible) onChange(wanted);
      }}
      onBlur={() => setTyped(null)}
      invalid={typed !== null && typed !== ''}
    />
  );
}
