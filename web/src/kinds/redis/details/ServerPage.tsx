import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { lazy, Suspense, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { problemOf } from '../../../api/problem';
import { useGetRedisQuery, useLazyGetRedisQuery } from '../../../api/servers';
import type { RedisServerDetail } from '../../../api/types';
import { usePermission } from '../../../app/usePermission';
import { NotFoundPage } from '../../../pages/NotFoundPage';
import { Loading } from '../../../parts/Loading';
import { Page } from '../../../parts/Page';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { ServerStatus } from '../../../parts/Status';
import { actionsOf, type ActionId } from '../actions/actions';
import { RedisAction } from '../actions/RedisAction';
import { asStopped, statusOf, type RedisStatus } from '../model/types';
import { CertificatesPanel } from './CertificatesPanel';
import { ConnectPanel } from './ConnectPanel';
import { DriftPanel } from './DriftPanel';
import { EventsPanel } from './EventsPanel';
import { NodesPanel } from './NodesPanel';
import { OperationNotice } from './OperationNotice';
import { OperationsPanel } from './OperationsPanel';
import { OverviewPanel } from './OverviewPanel';

// The libraries of pictures and charts are loaded by those who look at them.
const TopologyPanel = lazy(async () => ({ default: (await import('./TopologyPanel')).TopologyPanel }));
const SeriesPanel = lazy(async () => ({ default: (await import('./SeriesPanel')).SeriesPanel }));

const crumbs = [{ text: 'Redis clusters', href: '/servers' }];

/** One cluster: what was declared, what is there, and what can be done. */
export function ServerPage() {
  const { id = '' } = useParams();
  const { currentData, error, refetch } = useGetRedisQuery(
    { id },
    { pollingInterval: 5_000, skipPollingIfUnfocused: true, refetchOnMountOrArgChange: true },
  );
  if (error !== undefined && problemOf(error).status === 404)
    return <NotFoundPage what={`There is no cluster ${id}.`} />;
  if (currentData === undefined)
    return (
      <Page title="Redis cluster" crumbs={crumbs}>
        {error === undefined ? (
          <Loading what="the cluster" />
        ) : (
          <ProblemAlert error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  return <Details key={id} server={currentData} stale={error} />;
}

interface Chosen {
  readonly action: ActionId;
  readonly group?: string;
}

function Details({ server, stale }: { server: RedisServerDetail; stale: unknown }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const isStopped = server.state === 'stopped';
  const observed = statusOf(server);
  const status = observed !== null && isStopped ? asStopped(observed) : observed;
  return (
    <Page
      title={server.name}
      crumbs={crumbs}
      info={<ServerStatus state={server.state} />}
      actions={<Actions server={server} onChoose={(action) => setChosen({ action })} />}
    >
      <SpaceBetween size="l">
        {stale !== undefined && <ProblemAlert error={stale} />}
        <OperationNotice server={server} />
        {isStopped && (
          <Alert
            type="info"
            i18nStrings={{ infoIconAriaLabel: 'Information' }}
            header="The cluster is stopped"
          >
            Its machines are switched off and answer nobody; data and addresses are kept. “Start” among the
            actions brings it back.
          </Alert>
        )}
        {status !== null && <Problems status={status} />}
        <OverviewPanel server={server} status={status} />
        <Sections server={server} status={status} onAct={setChosen} />
      </SpaceBetween>
      {chosen !== null && <RedisAction server={server} {...chosen} onDismiss={() => setChosen(null)} />}
    </Page>
  );
}

function Actions({ server, onChoose }: { server: RedisServerDetail; onChoose: (action: ActionId) => void }) {
  const navigate = useNavigate();
  const { mayAct } = usePermission();
  const [look, looking] = useLazyGetRedisQuery();
  const choices = actionsOf(server, mayAct);
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button
        iconName="refresh"
        loading={looking.isFetching}
        loadingText="Looking at the machines"
        ariaLabel="Look at the machines now"
        onClick={() => void look({ id: server.id, refresh: true })}
      >
        Refresh
      </Button>
      <ButtonDropdown
        variant="primary"
        items={choices.map(({ id, text, disabledReason }) => ({
          id,
          text,
          disabled: disabledReason !== null,
          ...(disabledReason === null ? {} : { disabledReason }),
        }))}
        onItemClick={({ detail }) => {
          const choice = choices.find(({ id }) => id === detail.id);
          if (choice === undefined) return;
          if (choice.href === null) onChoose(choice.id);
          else void navigate(choice.href);
        }}
      >
        Actions
      </ButtonDropdown>
    </SpaceBetween>
  );
}

function Problems({ status }: { status: RedisStatus }) {
  if (status.problems.length === 0) return null;
  return (
    <Alert
      type={status.health === 'down' ? 'error' : 'warning'}
      i18nStrings={{ warningIconAriaLabel: 'Warning', errorIconAriaLabel: 'Error' }}
      header={status.health === 'down' ? 'No group takes writes' : 'The cluster is degraded'}
    >
      <ul className="lines">
        {status.problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Alert>
  );
}

interface SectionsProps {
  server: RedisServerDetail;
  status: RedisStatus | null;
  onAct: (chosen: Chosen) => void;
}

/** The chosen section is part of the address, so that it can be shared and survives a reload. */
function Sections({ server, status, onAct }: SectionsProps) {
  const [search, setSearch] = useSearchParams();
  const drift = status?.drift?.length ?? 0;
  return (
    <Tabs
      activeTabId={search.get('tab') ?? 'topology'}
      onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
      ariaLabel="About the cluster"
      tabs={[
        {
          id: 'topology',
          label: 'Topology',
          content: (
            <Suspense fallback={<Loading what="the picture" />}>
              <TopologyPanel
                status={status}
                onSwitchover={(group) => onAct({ action: 'switchover', group })}
              />
            </Suspense>
          ),
        },
        { id: 'nodes', label: `Nodes (${server.machines.length})`, content: <NodesPanel status={status} /> },
        { id: 'connect', label: 'Connect', content: <ConnectPanel server={server} status={status} /> },
        {
          id: 'certificates',
          label: 'Certificates',
          content: <CertificatesPanel status={status} onRotate={() => onAct({ action: 'rotate' })} />,
        },
        {
          id: 'drift',
          label: drift === 0 ? 'Drift' : `Drift (${drift})`,
          content: <DriftPanel id={server.id} onHeal={() => onAct({ action: 'heal' })} />,
        },
        {
          id: 'series',
          label: 'Monitoring',
          content: (
            <Suspense fallback={<Loading what="the charts" />}>
              <SeriesPanel id={server.id} />
            </Suspense>
          ),
        },
        { id: 'operations', label: 'Operations', content: <OperationsPanel id={server.id} /> },
        { id: 'events', label: 'Events', content: <EventsPanel id={server.id} /> },
      ]}
    />
  );
}
