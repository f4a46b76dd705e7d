import ExpandableSection from '@cloudscape-design/components/expandable-section';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { memo, useMemo, useState } from 'react';
import type { Step } from '../../api/types';
import { phasesOf, waitsFor, type Phase } from './progress';
import { StepRow } from './StepRow';

const looks: Record<Phase['state'], StatusIndicatorProps.Type> = {
  failed: 'error',
  stuck: 'warning',
  running: 'in-progress',
  pending: 'pending',
  done: 'success',
  undone: 'stopped',
};

const mostNamed = 2;

/** The first names, and how many more there are. */
export function enumerate(titles: readonly string[]): string {
  const named = titles.slice(0, mostNamed).join(', ');
  return titles.length > mostNamed ? `${named} and ${titles.length - mostNamed} more` : named;
}

const PhaseSection = memo(function PhaseSection({
  phase,
  byKey,
}: {
  phase: Phase;
  byKey: ReadonlyMap<string, Step>;
}) {
  // What is under way is open, unless the user has said otherwise.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? (phase.state !== 'done' && phase.state !== 'pending');
  return (
    <ExpandableSection
      expanded={open}
      onChange={({ detail }) => setChosen(detail.expanded)}
      headerText={
        <>
          <StatusIndicator type={looks[phase.state]}>{phase.name}</StatusIndicator>{' '}
          <span className="phase-count">
            {phase.done} of {phase.steps.length}
          </span>
        </>
      }
    >
      {open && (
        <ul className="steps">
          {phase.steps.map((step) => (
            <StepRow key={step.id} step={step} waitsFor={enumerate(waitsFor(step, byKey))} />
          ))}
        </ul>
      )}
    </ExpandableSection>
  );
});

/** Every step under its phase. */
export function StepList({ steps }: { steps: readonly Step[] }) {
  const phases = useMemo(() => phasesOf(steps), [steps]);
  const byKey = useMemo(() => new Map(steps.map((step) => [step.key, step])), [steps]);
  return (
    <div>
      {phases.map((phase) => (
        <PhaseSection key={phase.name} phase={phase} byKey={byKey} />
      ))}
    </div>
  );
}
