import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useGetSizesQuery } from '../../api/catalog';
import { problemOf } from '../../api/problem';
import { useChangeServerMutation, usePlanActionMutation } from '../../api/servers';
import type { PlanPreview, Resource } from '../../api/types';
import { newIdempotencyKey } from '../../parts/idempotency-key';
import { Page } from '../../parts/Page';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { faultMap } from '../form/faults';
import { PlanReview } from '../form/PlanReview';
import { crumbsOf, pageHref } from '../kind';
import { ResourceGate } from '../ResourceGate';
import { useHandover } from '../use-handover';
import { useReadResource } from '../use-resource';
import type { ResizeDescription } from './description';
import { directions, type Direction } from './directions';
import { requestOf, sizePath, withChoice, type ChosenSizes, type ResizeRequest } from './request';
import { RoleChoice } from './RoleChoice';
import { StrategyChoice } from './StrategyChoice';
import '../form/form.css';

interface Props<Spec extends object, Status extends object> {
  description: ResizeDescription<Spec, Status>;
  direction: Direction;
}

/** Larger or smaller machines for the nodes of a resource. */
export function ResizePage<Spec extends object, Status extends object>(props: Props<Spec, Status>) {
  const { description, direction } = props;
  return (
    <ResourceGate<Spec, Status> names={description.names} action={directions[direction].action}>
      {(resource) => <Resize key={resource.id} {...props} opened={resource} />}
    </ResourceGate>
  );
}

interface Review {
  readonly plan: PlanPreview;
  readonly body: ResizeRequest;
  readonly key: string;
}

function Resize<Spec extends object, Status extends object>({
  description,
  direction,
  opened,
}: Props<Spec, Status> & { opened: Resource<Spec, Status> }) {
  const { names, regionOf, strategyOf, rolesOf } = description;
  const text = directions[direction];
  const noun = names.noun.one;
  const navigate = useNavigate();
  const handOver = useHandover();
  const [resource, setResource] = useState(opened);
  const [chosen, setChosen] = useState<ChosenSizes>({});
  const [strategy, setStrategy] = useState(() => strategyOf(opened));
  const [review, setReview] = useState<Review | null>(null);
  const [changedMeanwhile, setChangedMeanwhile] = useState(false);
  const sizes = useGetSizesQuery();
  const [plan, planning] = usePlanActionMutation();
  const [change, changing] = useChangeServerMutation();
  const { read } = useReadResource<Spec, Status>(names);

  const meet = async () => {
    setResource(await read(resource.id));
    setChangedMeanwhile(true);
    setReview(null);
    changing.reset();
  };
  const ask = async () => {
    const body = requestOf(chosen, strategy);
    try {
      const answer = await plan({ id: resource.id, action: text.action, body }).unwrap();
      if (answer.generation !== resource.generation) return await meet();
      setReview({ plan: answer, body, key: newIdempotencyKey() });
      window.scrollTo({ top: 0 });
    } catch {
      // Shown at the fields, and above them.
    }
  };
  const submit = async ({ body, key }: Review, confirmed?: string) => {
    try {
      const { id, generation } = resource;
      const confirmation = confirmed === undefined ? {} : { confirmed };
      handOver(await change({ id, action: text.action, body, generation, key, ...confirmation }).unwrap());
    } catch (error) {
      if (problemOf(error).code === 'precondition-failed') await meet();
    }
  };

  const crumbs = crumbsOf(names, resource);
  if (review !== null)
    return (
      <PlanReview
        title={`Review the ${text.action} of ${resource.name}`}
        crumbs={crumbs}
        plan={review.plan}
        submitLabel={`${text.title} ${noun}`}
        change={changing}
        onSubmit={(confirmed) => void submit(review, confirmed)}
        onBack={() => setReview(null)}
      />
    );
  const roles = rolesOf(resource);
  const faults = faultMap(planning.error === undefined ? [] : problemOf(planning.error).errors);
  const isShown = (path: string) => roles.some(({ role }) => sizePath(role) === path);
  const nothingChosen = Object.keys(chosen).length === 0;
  return (
    <Page title={`${text.title} ${resource.name}`} crumbs={crumbs} description={text.description}>
      <SpaceBetween size="l">
        {changedMeanwhile && (
          <Alert
            type="warning"
            i18nStrings={{ warningIconAriaLabel: 'Warning', dismissAriaLabel: 'Dismiss' }}
            header={`Somebody else changed this ${noun} meanwhile`}
            dismissible
            onDismiss={() => setChangedMeanwhile(false)}
          >
            Nothing was sent. The present sizes below are those of now, and your choice is kept; ask for the
            plan again.
          </Alert>
        )}
        <ProblemAlert error={planning.error} shownElsewhere={isShown} />
        <ProblemAlert error={sizes.error} onRetry={() => void sizes.refetch()} />
        {roles.map((role) => (
          <RoleChoice
            key={role.role}
            role={role}
            region={regionOf(resource)}
            direction={direction}
            sizes={sizes.data ?? []}
            loading={sizes.isLoading}
            chosen={chosen[role.role] ?? ''}
            fault={faults.get(sizePath(role.role))}
            onChoose={(size) => setChosen((before) => withChoice(before, role.role, size))}
          />
        ))}
        <StrategyChoice strategy={strategy} onChoose={setStrategy} />
        <div className="cost-bar">
          <span />
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={() => void navigate(pageHref(names, resource.id))}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={nothingChosen}
              disabledReason={nothingChosen ? 'Choose a size first' : undefined}
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
