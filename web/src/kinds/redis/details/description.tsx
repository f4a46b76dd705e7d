import { lazy, Suspense } from 'react';
import { Loading } from '../../../parts/Loading';
import type { PageDescription, Problems, Shown } from '../../../resource/page/description';
import type { ResourceTab } from '../../../resource/page/tabs';
import { CertificatesPanel } from '../../../resource/panels/CertificatesPanel';
import { actionsOf, type ActionId } from '../actions/actions';
import { RedisAction } from '../actions/RedisAction';
import { metrics } from '../model/metrics';
import { redis } from '../model/names';
import { shownStatus, type RedisSpec, type RedisStatus } from '../model/types';
import { ConnectPanel } from './ConnectPanel';
import { NodesPanel } from './NodesPanel';
import { OverviewPanel } from './OverviewPanel';

// The library of pictures is loaded by those who look at them.
const TopologyPanel = lazy(async () => ({ default: (await import('./TopologyPanel')).TopologyPanel }));

function problemsOf({ health, problems }: RedisStatus): Problems {
  const isDown = health === 'down';
  return { isDown, header: isDown ? 'No group takes writes' : 'The cluster is degraded', lines: problems };
}

function tabsOf({ resource, status, act }: Shown<RedisSpec, RedisStatus, ActionId>): ResourceTab[] {
  return [
    { id: 'overview', content: <OverviewPanel resource={resource} status={status} /> },
    {
      id: 'topology',
      label: 'Topology',
      after: 'overview',
      content: (
        <Suspense fallback={<Loading what="the picture" />}>
          <TopologyPanel
            status={status}
            onSwitchover={(group) => act({ action: 'switchover', about: group })}
          />
        </Suspense>
      ),
    },
    { id: 'nodes', count: status?.nodes.length, content: <NodesPanel status={status} /> },
    { id: 'connect', content: <ConnectPanel id={resource.id} status={status} /> },
    {
      id: 'certificates',
      label: 'Certificates',
      after: 'connect',
      content: (
        <CertificatesPanel
          noun={redis.noun.one}
          nodes={status?.nodes ?? []}
          tls={status?.enableTLS ?? null}
          onRotate={() => act({ action: 'rotate' })}
        />
      ),
    },
  ];
}

export const clusterPage: PageDescription<RedisSpec, RedisStatus, ActionId> = {
  names: redis,
  statusOf: shownStatus,
  problemsOf,
  actionsOf,
  Dialog: RedisAction,
  heal: { action: 'heal', countOf: ({ drift }) => drift?.length ?? 0 },
  metrics,
  tabsOf,
};
