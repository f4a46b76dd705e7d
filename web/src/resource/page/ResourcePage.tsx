import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router';
import { problemOf } from '../../api/problem';
import type { Resource } from '../../api/types';
import { Loading } from '../../parts/Loading';
import { NotFoundPage } from '../../parts/NotFoundPage';
import { Page } from '../../parts/Page';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { ConditionStatus } from '../../parts/Status';
import { usePermission } from '../../state/usePermission';
import { ActionsMenu } from '../actions/ActionsMenu';
import { crumbsOf } from '../kind';
import { useReadResource, useResource } from '../use-resource';
import type { Chosen, PageDescription, Problems } from './description';
import { OperationNotice } from './OperationNotice';
import { ResourceSummary } from './ResourceSummary';
import { ResourceTabs } from './ResourceTabs';

interface Props<Spec extends object, Status extends object, Action extends string> {
  description: PageDescription<Spec, Status, Action>;
}

/** One resource of any kind: what was declared, what is there, and what can be done. */
export function ResourcePage<Spec extends object, Status extends object, Action extends string>({
  description,
}: Props<Spec, Status, Action>) {
  const { id = '' } = useParams();
  const { names } = description;
  const { resource, error, refetch } = useResource<Spec, Status>(names, id, {
    pollingInterval: 5_000,
    skipPollingIfUnfocused: true,
  });
  if (error !== undefined && problemOf(error).status === 404)
    return <NotFoundPage what={`There is no ${names.noun.one} ${id}.`} />;
  if (resource === undefined)
    return (
      <Page title={names.title.one} crumbs={crumbsOf(names)}>
        {error === undefined ? (
          <Loading what={`the ${names.noun.one}`} />
        ) : (
          <ProblemAlert error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  return <Details key={id} description={description} resource={resource} stale={error} />;
}

interface DetailsProps<Spec extends object, Status extends object, Action extends string> extends Props<
  Spec,
  Status,
  Action
> {
  resource: Resource<Spec, Status>;
  /** Why it could not be read anew; what is shown may be old. */
  stale: unknown;
}

function Details<Spec extends object, Status extends object, Action extends string>({
  description,
  resource,
  stale,
}: DetailsProps<Spec, Status, Action>) {
  const [chosen, setChosen] = useState<Chosen<Action> | null>(null);
  const { names, statusOf, problemsOf, Dialog } = description;
  const status = statusOf(resource);
  const problems = status === null ? null : problemsOf(status);
  return (
    <Page
      title={resource.name}
      crumbs={crumbsOf(names)}
      info={<ConditionStatus condition={resource.condition} />}
      description={<ResourceSummary resource={resource} problems={problems?.lines ?? []} />}
      actions={<Actions description={description} resource={resource} onChoose={setChosen} />}
    >
      <SpaceBetween size="l">
        {stale !== undefined && <ProblemAlert error={stale} />}
        <OperationNotice id={resource.currentOperationId} />
        {resource.state === 'stopped' && <Stopped noun={names.noun.one} />}
        {problems !== null && <ProblemsAlert {...problems} />}
        <ResourceTabs description={description} shown={{ resource, status, act: setChosen }} />
      </SpaceBetween>
      {chosen !== null && <Dialog resource={resource} chosen={chosen} onDismiss={() => setChosen(null)} />}
    </Page>
  );
}

interface ActionsProps<Spec extends object, Status extends object, Action extends string> extends Props<
  Spec,
  Status,
  Action
> {
  resource: Resource<Spec, Status>;
  onChoose: (chosen: Chosen<Action>) => void;
}

function Actions<Spec extends object, Status extends object, Action extends string>({
  description,
  resource,
  onChoose,
}: ActionsProps<Spec, Status, Action>) {
  const { mayAct } = usePermission();
  const { read, isReading } = useReadResource(description.names);
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button
        iconName="refresh"
        loading={isReading}
        loadingText="Looking at the machines"
        ariaLabel="Look at the machines now"
        // What failed is shown by the page, which reads on.
        onClick={() => void read(resource.id, { refresh: true }).catch(() => undefined)}
      >
        Refresh
      </Button>
      <ActionsMenu
        variant="primary"
        choices={description.actionsOf(resource, mayAct)}
        onChoose={({ id }) => onChoose({ action: id })}
      />
    </SpaceBetween>
  );
}

function Stopped({ noun }: { noun: string }) {
  return (
    <Alert type="info" i18nStrings={{ infoIconAriaLabel: 'Information' }} header={`The ${noun} is stopped`}>
      Its machines are switched off and answer nobody; data and addresses are kept. “Start” among the actions
      brings it back.
    </Alert>
  );
}

function ProblemsAlert({ header, lines, isDown }: Problems) {
  if (lines.length === 0) return null;
  return (
    <Alert
      type={isDown ? 'error' : 'warning'}
      i18nStrings={{ warningIconAriaLabel: 'Warning', errorIconAriaLabel: 'Error' }}
      header={header}
    >
      <ul className="lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Alert>
  );
}
