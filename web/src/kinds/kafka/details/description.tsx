import { lazy, Suspense } from 'react';
import { Loading } from '../../../parts/Loading';
import type { PageDescription, Problems, Shown } from '../../../resource/page/description';
import type { ResourceTab } from '../../../resource/page/tabs';
import { actionsOf, type ActionId } from '../actions/actions';
import { KafkaAction } from '../actions/KafkaAction';
import { metrics } from '../model/metrics';
import { kafka } from '../model/names';
import { shownStatus, type KafkaSpec, type KafkaStatus } from '../model/types';
import { ConnectPanel } from './ConnectPanel';
import { NodesPanel } from './NodesPanel';
import { OverviewPanel } from './OverviewPanel';
import { RacksPanel } from './RacksPanel';
import { TopicsPanel } from './TopicsPanel';

// The library of charts is loaded by those who look at them.
const GroupsPanel = lazy(async () => ({ default: (await import('./GroupsPanel')).GroupsPanel }));

function problemsOf({ health, problems }: KafkaStatus): Problems {
  const isDown = health === 'down';
  return {
    isDown,
    header: isDown ? 'Some of it can be neither read nor written' : 'The cluster is degraded',
    lines: problems,
  };
}

function tabsOf({ resource, status, act }: Shown<KafkaSpec, KafkaStatus, ActionId>): ResourceTab[] {
  return [
    {
      id: 'overview',
      content: (
        <OverviewPanel resource={resource} status={status} onThrottle={() => act({ action: 'throttle' })} />
      ),
    },
    {
      id: 'topology',
      label: 'Topology',
      after: 'overview',
      content: <RacksPanel spec={resource.spec} status={status} />,
    },
    {
      id: 'nodes',
      count: status?.nodes.length,
      content: (
        <NodesPanel
          resource={resource}
          status={status}
          onHold={(about, isHeld) => act({ action: isHeld ? 'hold' : 'letGo', about })}
        />
      ),
    },
    {
      id: 'topics',
      label: 'Topics',
      after: 'nodes',
      count: status?.topics?.length,
      content: <TopicsPanel status={status} />,
    },
    {
      id: 'groups',
      label: 'Groups',
      after: 'nodes',
      count: status?.consumerGroups?.length,
      content: (
        <Suspense fallback={<Loading what="the groups" />}>
          <GroupsPanel id={resource.id} status={status} />
        </Suspense>
      ),
    },
    { id: 'connect', content: <ConnectPanel resource={resource} status={status} /> },
  ];
}

export const clusterPage: PageDescription<KafkaSpec, KafkaStatus, ActionId> = {
  names: kafka,
  statusOf: shownStatus,
  problemsOf,
  actionsOf,
  Dialog: KafkaAction,
  heal: { action: 'heal', countOf: ({ drift }) => drift?.length ?? 0 },
  metrics,
  tabsOf,
};
