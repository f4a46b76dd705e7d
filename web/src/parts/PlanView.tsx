import Alert from '@cloudscape-design/components/alert';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { PlanPreview } from '../api/types';
import { AddressChanges } from './AddressChanges';
import { formatCount, formatDuration, formatMoney } from './format';
import { Lines } from './Lines';
import { Money } from './Money';
import { changeCounts, phasesOf, valueInWords, type ChangeAction } from './plan-summary';

const looks: Record<ChangeAction, { color: 'green' | 'blue' | 'severity-medium' | 'red'; word: string }> = {
  create: { color: 'green', word: 'Make' },
  update: { color: 'blue', word: 'Change' },
  replace: { color: 'severity-medium', word: 'Replace' },
  destroy: { color: 'red', word: 'Destroy' },
};

/** What carrying out a plan means: what is made, changed and destroyed, what stops meanwhile, time and cost. */
export function PlanView({ plan }: { plan: PlanPreview }) {
  if (plan.empty)
    return (
      <Alert type="info" i18nStrings={{ infoIconAriaLabel: 'Information' }} header="Nothing to do">
        {plan.summary}
      </Alert>
    );
  return (
    <SpaceBetween size="l">
      <Figures plan={plan} />
      <Consequences plan={plan} />
      {plan.specChanges.length > 0 && <SpecChanges plan={plan} />}
      {plan.changes.length > 0 ? (
        <Changes plan={plan} />
      ) : (
        <Box>No machine, network or firewall changes.</Box>
      )}
      <AddressChanges changes={plan.addressChanges} />
      {plan.notes.length > 0 && (
        <Alert type="info" i18nStrings={{ infoIconAriaLabel: 'Information' }} header="Worth knowing">
          <Lines lines={plan.notes} name={plan.resourceName} />
        </Alert>
      )}
      <Steps plan={plan} />
    </SpaceBetween>
  );
}

function Figures({ plan }: { plan: PlanPreview }) {
  const change = plan.monthlyUsdAfter - plan.monthlyUsdBefore;
  return (
    <SpaceBetween size="s">
      <Box variant="p" fontSize="heading-s">
        {plan.summary}
      </Box>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Expected time', value: formatDuration(plan.expectedMs) },
          {
            label: 'Cost a month',
            value: (
              <>
                {change === 0 && plan.monthlyUsdAfter === 0 ? (
                  'Unchanged'
                ) : (
                  <Money before={plan.monthlyUsdBefore} usd={plan.monthlyUsdAfter} />
                )}
                {change !== 0 && plan.monthlyUsdBefore > 0 && (
                  <Box variant="small" margin={{ left: 'xs' }}>
                    ({change > 0 ? '+' : '−'}
                    {formatMoney(Math.abs(change))})
                  </Box>
                )}
              </>
            ),
          },
          { label: 'Steps', value: formatCount(plan.steps.length, 'step') },
          { label: 'Changes', value: plan.changes.length === 0 ? 'None' : <Counts plan={plan} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Counts({ plan }: { plan: PlanPreview }) {
  return (
    <SpaceBetween size="xxs" direction="horizontal">
      {changeCounts(plan).map(({ action, count }) => (
        <Badge key={action} color={looks[action].color}>
          {count} to {looks[action].word.toLowerCase()}
        </Badge>
      ))}
    </SpaceBetween>
  );
}

type Outline = Pick<
  PlanPreview,
  'resourceName' | 'dangers' | 'disruptions' | 'requiredActions' | 'reassurance'
>;

/** What a plan means for those who rely on the resource. That nobody need worry is the server's to say. */
export function Consequences({ plan }: { plan: Outline }) {
  return (
    <>
      {plan.dangers.length > 0 && (
        <Alert
          type="error"
          i18nStrings={{ errorIconAriaLabel: 'Danger' }}
          header="This destroys or weakens something"
        >
          <Lines lines={plan.dangers.map(({ message }) => message)} name={plan.resourceName} />
        </Alert>
      )}
      {plan.disruptions.length > 0 && (
        <Alert type="warning" i18nStrings={{ warningIconAriaLabel: 'Warning' }} header="Disruption">
          <Lines lines={plan.disruptions} name={plan.resourceName} />
        </Alert>
      )}
      {plan.requiredActions.length > 0 && (
        <Alert
          type="warning"
          i18nStrings={{ warningIconAriaLabel: 'Warning' }}
          header="Somebody has to do something"
        >
          <Lines
            lines={plan.requiredActions.map(({ who, what, until }) => `${who}: ${what}, ${until}`)}
            name={plan.resourceName}
          />
        </Alert>
      )}
      {plan.reassurance !== null && (
        <Alert type="success" i18nStrings={{ successIconAriaLabel: 'Success' }}>
          {plan.reassurance}
        </Alert>
      )}
    </>
  );
}

function SpecChanges({ plan }: { plan: PlanPreview }) {
  return (
    <Table
      variant="embedded"
      header={<Header variant="h3">What is asked for</Header>}
      items={plan.specChanges}
      trackBy="path"
      wrapLines
      columnDefinitions={[
        {
          id: 'path',
          header: 'Field',
          cell: (change) => <code className="breakable">{change.path}</code>,
          isRowHeader: true,
          minWidth: 170,
        },
        { id: 'before', header: 'Before', cell: (change) => valueInWords(change.before) },
        { id: 'after', header: 'After', cell: (change) => valueInWords(change.after) },
      ]}
    />
  );
}

export function Changes({ plan }: { plan: Pick<PlanPreview, 'changes'> }) {
  return (
    <Table
      variant="embedded"
      header={
        <Header variant="h3" counter={`(${plan.changes.length})`}>
          What is made, changed and destroyed
        </Header>
      }
      items={plan.changes}
      wrapLines
      columnDefinitions={[
        {
          id: 'action',
          header: 'Change',
          minWidth: 96,
          cell: ({ action }) => <Badge color={looks[action].color}>{looks[action].word}</Badge>,
        },
        { id: 'name', header: 'Name', cell: (change) => change.name, isRowHeader: true, minWidth: 170 },
        { id: 'what', header: 'What', cell: (change) => change.what },
        { id: 'detail', header: 'Detail', cell: (change) => change.detail, minWidth: 210 },
        {
          id: 'cost',
          minWidth: 130,
          header: 'Cost a month',
          cell: (change) =>
            change.monthlyUsdBefore === 0 && change.monthlyUsdAfter === 0 ? (
              '–'
            ) : (
              <Money
                usd={change.monthlyUsdAfter}
                {...(change.action === 'create' ? {} : { before: change.monthlyUsdBefore })}
              />
            ),
        },
      ]}
    />
  );
}

function Steps({ plan }: { plan: PlanPreview }) {
  return (
    <ExpandableSection headerText={`The steps (${plan.steps.length})`}>
      <ol>
        {phasesOf(plan.steps).map(({ phase, steps }) => (
          <li key={phase}>
            <Box variant="strong">{phase}</Box>
            <ul>
              {steps.map((step) => (
                <li key={step.key}>
                  {step.title}{' '}
                  <Box variant="small" color="text-body-secondary">
                    about {formatDuration(step.expectedMs)}
                  </Box>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </ExpandableSection>
  );
}
