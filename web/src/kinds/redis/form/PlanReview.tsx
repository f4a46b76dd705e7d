import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { PlanPreview } from '../../../api/types';
import { Page } from '../../../parts/Page';
import { PlanView } from '../../../parts/PlanView';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { ReviewActions } from './Actions';

interface Props {
  title: string;
  crumbs: readonly { text: string; href: string }[];
  plan: PlanPreview;
  /** The button that carries the plan out. */
  submitLabel: string;
  /** The answer to carrying it out: what is on its way, what was refused, and how to forget a refusal. */
  change: { isLoading: boolean; error?: unknown; reset: () => void };
  onSubmit: () => void;
  onBack: () => void;
  /** What has to be said before the plan. */
  children?: ReactNode;
}

/** The page between a form and what it asks for: nothing is done before its plan was seen and accepted here. */
export function PlanReview({ title, crumbs, plan, submitLabel, change, onSubmit, onBack, children }: Props) {
  return (
    <Page title={title} crumbs={crumbs}>
      <SpaceBetween size="l">
        {children}
        {change.error !== undefined && <ProblemAlert error={change.error} />}
        <Container header={<Header variant="h2">The plan</Header>}>
          <PlanView plan={plan} />
        </Container>
        <ReviewActions
          submitLabel={submitLabel}
          submitting={change.isLoading}
          empty={plan.empty}
          onSubmit={onSubmit}
          onBack={() => {
            change.reset();
            onBack();
          }}
        />
      </SpaceBetween>
    </Page>
  );
}
