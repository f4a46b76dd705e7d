import './operation.css';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, memo, Suspense, useDeferredValue, useMemo, useState } from 'react';
import type { FeedState } from '../../api/live/operation-feed';
import type { OperationDetail, Step } from '../../api/types';
import { formatCount } from '../format';
import { Loading } from '../Loading';
import { ProblemAlert } from '../ProblemAlert';
import { drawnStep } from './drawn-step';
import { History } from './History';
import { StepList } from './StepList';
import { Summary } from './Summary';
import { Troubles } from './Troubles';

// The graph's library weighs as much as a page.
const StepGraph = lazy(() => import('./StepGraph'));
const OperationPlan = lazy(async () => ({ default: (await import('./OperationPlan')).OperationPlan }));

/** One operation as it goes: where it stands, what is wrong, its steps as a graph and as a list, its history. */
export function OperationView({ operation, connection, events, problem }: FeedState) {
  // Drawn in slices between other work, and not at all when newer events have come meanwhile.
  const steps = useDeferredValue(operation?.steps ?? noSteps);
  if (!operation) return problem ? <ProblemAlert error={problem} /> : <Loading what="the operation" />;
  return (
    <SpaceBetween size="l">
      <ProblemAlert error={problem} />
      <Troubles operation={operation} />
      <Container>
        <Summary operation={operation} connection={connection} />
      </Container>
      <Steps steps={steps} done={operation.stepsDone} />
      <PlanSection operation={operation} />
      <ExpandableSection variant="container" headerText="History" headerCounter={`(${events.length})`}>
        <History events={events} />
      </ExpandableSection>
    </SpaceBetween>
  );
}

const noSteps: readonly Step[] = [];

const Steps = memo(function Steps({ steps, done }: { steps: readonly Step[]; done: number }) {
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${done} of ${steps.length})`}>
          Steps
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Graph steps={steps} />
        <StepList steps={steps} />
      </SpaceBetween>
    </Container>
  );
});

function PlanSection({ operation }: { operation: OperationDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection
      variant="container"
      headerText="Plan"
      headerCounter={`(${formatCount(operation.changes.length, 'change')})`}
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && (
        <Suspense fallback={<Loading what="the plan" />}>
          <OperationPlan operation={operation} />
        </Suspense>
      )}
    </ExpandableSection>
  );
}

function Graph({ steps }: { steps: readonly Step[] }) {
  const drawn = useMemo(() => steps.map(drawnStep), [steps]);
  return (
    <Suspense fallback={<Loading what="the graph" />}>
      <StepGraph steps={drawn} />
    </Suspense>
  );
}
