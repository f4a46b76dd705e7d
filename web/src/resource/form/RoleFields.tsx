import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Size } from '../../api/types';
import { formatCount, formatMoney } from '../../parts/format';
import { Labelled } from '../../parts/Labelled';
import { hintAt, type Hint } from './hints';
import { NodeCards, type NodeCardsProps } from './NodeCards';
import { NumberInput } from './NumberInput';
import type { RoleForm } from './roles';
import { monthlyUsdOf } from './sizes';
import { SizeSelect } from './SizeSelect';

interface Props<Own extends object> extends Omit<NodeCardsProps<Own>, 'nodes'> {
  /** As in "Master nodes". */
  title: string;
  description: string;
  form: RoleForm<Own>;
  least: number;
  most: number;
  hints: readonly Hint[];
  /** All that the provider knows, for prices. */
  sizes: readonly Size[];
  onCount: (count: number) => void;
  onSize: (size: string) => void;
  onAdd: () => void;
}

/** Count and size of one role, and its nodes one by one. */
export function RoleFields<Own extends object>(props: Props<Own>) {
  const { role, title, description, form, least, most, hints, sizes, faults, offered, sizesLoading } = props;
  const path = `desiredState.roles.${role}`;
  const ofNodes = `of ${title.toLowerCase()}`;
  const cost = monthlyUsdOf(
    form.nodes.map(({ size }) => size),
    sizes,
  );
  const full = form.nodes.length >= most;
  const nodesFault = faults.get(`${path}.nodes`);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${form.nodes.length})`}
          description={description}
          actions={
            cost !== null && cost > 0 && <Box color="text-body-secondary">{formatMoney(cost)} a month</Box>
          }
        >
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <ColumnLayout columns={2}>
          <FormField
            label={<Labelled short="Count" rest={ofNodes} />}
            constraintText={hintAt(hints, `${path}.count`) ?? `At least ${least}.`}
            errorText={faults.get(`${path}.count`)}
          >
            <NumberInput value={form.nodes.length} least={least} most={most} onChange={props.onCount} />
          </FormField>
          <FormField
            label={<Labelled short="Size" rest={ofNodes} />}
            constraintText={
              hintAt(hints, `${path}.size`) ?? 'Of every node of this role; a single node’s can differ below.'
            }
            errorText={faults.get(`${path}.size`)}
          >
            <SizeSelect value={form.size} sizes={offered} loading={sizesLoading} onChange={props.onSize} />
          </FormField>
        </ColumnLayout>
        {nodesFault !== undefined && (
          <Alert type="error" i18nStrings={{ errorIconAriaLabel: 'Error' }}>
            {nodesFault}
          </Alert>
        )}
        <NodeCards
          role={role}
          nodes={form.nodes}
          aboutOf={props.aboutOf}
          ownFields={props.ownFields}
          faults={faults}
          kept={props.kept}
          offered={offered}
          sizesLoading={sizesLoading}
          onRemove={props.onRemove}
          onNodeSize={props.onNodeSize}
          flag={props.flag}
        />
        <Button
          iconName="add-plus"
          disabled={full}
          disabledReason={full ? `${formatCount(most, 'node')} of this role at most` : undefined}
          onClick={props.onAdd}
          ariaLabel={`Add node to ${title.toLowerCase()}`}
        >
          Add node
        </Button>
      </SpaceBetween>
    </Container>
  );
}
