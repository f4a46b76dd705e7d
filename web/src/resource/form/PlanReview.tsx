import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { PlanPreview } from '../../api/types';
import { Page } from '../../parts/Page';
import { PlanView } from '../../parts/PlanView';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { TypedName } from '../../parts/TypedName';
import { ReviewActions } from './FormActions';

interface Props {
  title: string;
  crumbs: readonly { text: string; href: string }[];
  plan: PlanPreview;
  /** The button that carries the plan out. */
  submitLabel: string;
  /** The answer to carrying it out: what is on its way, what was refused, and how to forget a refusal. */
  change: { isLoading: boolean; error?: unknown; reset: () => void };
  /** Given the name that was typed, when the plan needs it. */
  onSubmit: (confirmed?: string) => void;
  onBack: () => void;
}

/** The page between a form and what it asks for: nothing is done before its plan was seen and accepted here. */
export function PlanReview({ title, crumbs, plan, submitLabel, change, onSubmit, onBack }: Props) {
  const [typed, setTyped] = useState('');
  const name = plan.resourceName;
  const dangerous = plan.dangers.length > 0;
  return (
    <Page title={title} crumbs={crumbs}>
      <SpaceBetween size="l">
        {change.error !== undefined && <ProblemAlert error={change.error} />}
        <Container header={<Header variant="h2">The plan</Header>}>
          <PlanView plan={plan} />
        </Container>
        {dangerous && (
          <Container>
            <TypedName name={name} typed={typed} onType={setTyped} />
          </Container>
        )}
        <ReviewActions
          submitLabel={submitLabel}
          submitting={change.isLoading}
          empty={plan.empty}
          disabledReason={dangerous && typed !== name ? 'Type the name first' : undefined}
          onSubmit={() => (dangerous ? onSubmit(name) : onSubmit())}
          onBack={() => {
            change.reset();
            onBack();
          }}
        />
      </SpaceBetween>
    </Page>
  );
}
