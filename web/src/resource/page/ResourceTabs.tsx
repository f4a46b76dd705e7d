import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';
import { Loading } from '../../parts/Loading';
import { DriftPanel } from '../panels/DriftPanel';
import { EventsPanel } from '../panels/EventsPanel';
import { OperationsPanel } from '../panels/OperationsPanel';
import type { PageDescription, Shown } from './description';
import { chosenTab, inOrder, type ResourceTab } from './tabs';

// The libraries of charts and of YAML are loaded by those who look at them.
const SeriesPanel = lazy(async () => ({ default: (await import('../panels/SeriesPanel')).SeriesPanel }));
const SpecPanel = lazy(async () => ({ default: (await import('../panels/SpecPanel')).SpecPanel }));

interface Props<Spec extends object, Status extends object, Action extends string> {
  description: PageDescription<Spec, Status, Action>;
  shown: Shown<Spec, Status, Action>;
}

/** What any kind has beside the kind's own. */
function sharedTabs<Spec extends object, Status extends object, Action extends string>({
  description: { names, heal, metrics },
  shown: { resource, status, act },
}: Props<Spec, Status, Action>): ResourceTab[] {
  const { id } = resource;
  const noun = names.noun.one;
  const series: ResourceTab = {
    id: 'metrics',
    content: (
      <Suspense fallback={<Loading what="the charts" />}>
        <SeriesPanel id={id} noun={noun} metrics={metrics} />
      </Suspense>
    ),
  };
  return [
    ...(metrics.length === 0 ? [] : [series]),
    {
      id: 'configuration',
      count: status === null ? undefined : heal?.countOf(status),
      content: (
        <SpaceBetween size="l">
          <DriftPanel id={id} noun={noun} onHeal={heal && (() => act({ action: heal.action }))} />
          <Suspense fallback={<Loading what="what was declared" />}>
            <SpecPanel names={names} resource={resource} />
          </Suspense>
        </SpaceBetween>
      ),
    },
    {
      id: 'activity',
      content: (
        <SpaceBetween size="l">
          <OperationsPanel id={id} noun={noun} />
          <EventsPanel id={id} />
        </SpaceBetween>
      ),
    },
  ];
}

/** The chosen tab is part of the address, so that it can be shared and survives a reload. */
export function ResourceTabs<Spec extends object, Status extends object, Action extends string>(
  props: Props<Spec, Status, Action>,
) {
  const { description, shown } = props;
  const [search, setSearch] = useSearchParams();
  const tabs = inOrder([...description.tabsOf(shown), ...sharedTabs(props)]);
  const active = chosenTab(tabs, search.get('tab'));
  return (
    <Tabs
      {...(active === undefined ? {} : { activeTabId: active })}
      onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
      ariaLabel={`About the ${description.names.noun.one}`}
      tabs={tabs}
    />
  );
}
