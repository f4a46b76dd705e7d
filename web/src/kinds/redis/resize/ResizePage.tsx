import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useGetSizesQuery } from '../../../api/catalog';
import { problemOf } from '../../../api/problem';
import { useChangeServerMutation, useLazyGetRedisQuery, usePlanActionMutation } from '../../../api/servers';
import type { PlanPreview, RedisServerDetail } from '../../../api/types';
import { formatCount } from '../../../parts/format';
import { newIdempotencyKey } from '../../../parts/idempotency-key';
import { Labelled } from '../../../parts/Labelled';
import { Page } from '../../../parts/Page';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { PlanReview } from '../form/PlanReview';
import { SizeSelect } from '../form/SizeSelect';
import { faultMap } from '../model/faults';
import { kRoles, type Role } from '../model/form';
import { reachable, sizesIn } from '../model/sizes';
import type { Size } from '../model/types';
import '../form/form.css';
import { ServerGate } from '../ServerGate';
import { useHandover } from '../use-handover';

type Direction = 'up' | 'down';
type Chosen = Partial<Record<Role, string>>;

export function UpgradePage() {
  return (
    <ServerGate action="upgrade">
      {(server) => <Resize key={server.id} server={server} direction="up" />}
    </ServerGate>
  );
}

export function DowngradePage() {
  return (
    <ServerGate action="downgrade">
      {(server) => <Resize key={server.id} server={server} direction="down" />}
    </ServerGate>
  );
}

const words = {
  up: {
    action: 'upgrade',
    title: 'Upgrade',
    description:
      'Larger machines, node by node: each new machine joins and is in sync before the old one leaves.',
    none: 'These nodes have the largest size that the region sells.',
  },
  down: {
    action: 'downgrade',
    title: 'Downgrade',
    description: 'Smaller machines, node by node, to reduce costs. The data must fit into them.',
    none: 'These nodes have the smallest size that the region sells.',
  },
} as const;

interface Review {
  readonly plan: PlanPreview;
  readonly body: { roles: Record<string, { size: string }> };
  readonly key: string;
}

function bodyOf(chosen: Chosen): Review['body'] {
  return { roles: Object.fromEntries(Object.entries(chosen).map(([role, size]) => [role, { size }])) };
}

/** An empty size leaves the role as it is. */
function withChoice(chosen: Chosen, role: Role, size: string): Chosen {
  const others = Object.entries(chosen).filter(([one]) => one !== role);
  return Object.fromEntries(size === '' ? others : [...others, [role, size]]);
}

function Resize({ server: opened, direction }: { server: RedisServerDetail; direction: Direction }) {
  const text = words[direction];
  const navigate = useNavigate();
  const handOver = useHandover();
  const [server, setServer] = useState(opened);
  const [chosen, setChosen] = useState<Chosen>({});
  const [review, setReview] = useState<Review | null>(null);
  const [changedMeanwhile, setChangedMeanwhile] = useState(false);
  const sizes = useGetSizesQuery();
  const [plan, planning] = usePlanActionMutation();
  const [change, changing] = useChangeServerMutation();
  const [readAgain] = useLazyGetRedisQuery();

  const meet = async () => {
    setServer(await readAgain({ id: server.id }).unwrap());
    setChangedMeanwhile(true);
    setReview(null);
    changing.reset();
  };
  const ask = async () => {
    const body = bodyOf(chosen);
    try {
      const answer = await plan({ id: server.id, action: text.action, body }).unwrap();
      if (answer.generation !== server.generation) return await meet();
      setReview({ plan: answer, body, key: newIdempotencyKey() });
      window.scrollTo({ top: 0 });
    } catch {
      // Shown at the fields, and above them.
    }
  };
  const submit = async ({ body, key }: Review) => {
    try {
      const { id, generation } = server;
      handOver(await change({ id, action: text.action, body, generation, key }).unwrap());
    } catch (error) {
      if (problemOf(error).code === 'precondition-failed') await meet();
    }
  };

  const crumbs = [
    { text: 'Redis clusters', href: '/servers' },
    { text: server.name, href: `/servers/${server.id}` },
  ];
  if (review !== null)
    return (
      <PlanReview
        title={`Review the ${text.action} of ${server.name}`}
        crumbs={crumbs}
        plan={review.plan}
        submitLabel={`${text.title} cluster`}
        change={changing}
        onSubmit={() => void submit(review)}
        onBack={() => setReview(null)}
      />
    );
  const faults = faultMap(planning.error === undefined ? [] : problemOf(planning.error).errors);
  return (
    <Page title={`${text.title} ${server.name}`} crumbs={crumbs} description={text.description}>
      <SpaceBetween size="l">
        {changedMeanwhile && (
          <Alert
            type="warning"
            i18nStrings={{ warningIconAriaLabel: 'Warning', dismissAriaLabel: 'Dismiss' }}
            header="Somebody else changed this cluster meanwhile"
            dismissible
            onDismiss={() => setChangedMeanwhile(false)}
          >
            Nothing was sent. The present sizes below are those of now, and your choice is kept; ask for the
            plan again.
          </Alert>
        )}
        {planning.error !== undefined && (
          <ProblemAlert error={planning.error} shownElsewhere={(path) => /^roles\.\w+\.size$/.test(path)} />
        )}
        {sizes.error !== undefined && (
          <ProblemAlert error={sizes.error} onRetry={() => void sizes.refetch()} />
        )}
        {kRoles
          .filter((role) => server.spec.desiredState.roles[role].nodes.length > 0)
          .map((role) => (
            <RoleChoice
              key={role}
              role={role}
              server={server}
              direction={direction}
              sizes={sizes.data ?? []}
              loading={sizes.isLoading}
              chosen={chosen[role] ?? ''}
              fault={faults.get(`roles.${role}.size`)}
              onChoose={(size) => setChosen((before) => withChoice(before, role, size))}
            />
          ))}
        <div className="cost-bar">
          <span />
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={() => void navigate(`/servers/${server.id}`)}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={Object.keys(chosen).length === 0}
              disabledReason={Object.keys(chosen).length === 0 ? 'Choose a size first' : undefined}
              loading={planning.isLoading}
              loadingText="Planning"
              onClick={() => void ask()}
            >
              Review plan
            </Button>
          </SpaceBetween>
        </div>
      </SpaceBetween>
    </Page>
  );
}

const names: Record<Role, string> = {
  master: 'Master nodes',
  replica: 'Replica nodes',
  sentinel: 'Sentinel nodes',
};

interface ChoiceProps {
  role: Role;
  server: RedisServerDetail;
  direction: Direction;
  sizes: readonly Size[];
  loading: boolean;
  chosen: string;
  fault: string | undefined;
  onChoose: (size: string) => void;
}

function RoleChoice({ role, server, direction, sizes, loading, chosen, fault, onChoose }: ChoiceProps) {
  const present = server.spec.desiredState.roles[role].nodes.map(({ size }) => size);
  const offered = reachable(sizesIn(sizes, server.spec.region), sizes, present, direction);
  const distinct = [...new Set(present)].map((slug) => {
    const count = present.filter((one) => one === slug).length;
    return `${formatCount(count, 'node')} of ${slug}`;
  });
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${present.length})`}>
          {names[role]}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Box>Now: {distinct.join(', ')}</Box>
        <FormField
          label={<Labelled short="New size" rest={`of ${names[role].toLowerCase()}`} />}
          errorText={fault}
          constraintText={
            !loading && offered.length === 0
              ? words[direction].none
              : 'Left open, these nodes stay as they are.'
          }
        >
          <div className="list-entry">
            <SizeSelect
              value={chosen}
              sizes={offered}
              loading={loading}
              placeholder="Stays as it is"
              onChange={onChoose}
            />
            {chosen !== '' && (
              <Button
                variant="icon"
                iconName="undo"
                ariaLabel={`Leave ${names[role].toLowerCase()} as they are`}
                onClick={() => onChoose('')}
              />
            )}
          </div>
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
