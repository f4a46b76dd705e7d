import SpaceBetween from '@cloudscape-design/components/space-between';
import { useGetProvidersQuery } from '../api/catalog';
import { Page } from '../parts/Page';
import { ProblemAlert } from '../parts/ProblemAlert';
import { usePermission } from '../state/usePermission';
import { ProvidersTable } from './settings/ProvidersTable';
import { SessionPanel } from './settings/SessionPanel';
import { TokensTable } from './settings/TokensTable';

/** Who is signed in, who may, and where machines come from. */
export function SettingsPage() {
  const { may } = usePermission();
  const mayRead = may('catalog:read');
  const { data, error, isFetching, refetch } = useGetProvidersQuery(undefined, {
    skip: !mayRead,
    refetchOnMountOrArgChange: 60,
  });
  return (
    <Page title="Settings">
      <SpaceBetween size="l">
        <SessionPanel />
        {may('tokens:read') && <TokensTable />}
        <ProblemAlert error={error} />
        {mayRead && (
          <ProvidersTable providers={data ?? []} loading={isFetching} onRefresh={() => void refetch()} />
        )}
      </SpaceBetween>
    </Page>
  );
}
