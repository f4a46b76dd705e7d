import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Provider } from '../../api/types';
import { Time } from '../../parts/Time';

function TokenState({ provider }: { provider: Provider }) {
  if (provider.usable) return <StatusIndicator type="success">Accepted</StatusIndicator>;
  return <StatusIndicator type="error">{provider.error ?? 'Refused'}</StatusIndicator>;
}

function Quota({ provider }: { provider: Provider }) {
  if (provider.quotaRemaining === null) return <span>Not said</span>;
  return (
    <span>
      {provider.quotaRemaining.toLocaleString('en-US')}
      {provider.quotaLimit !== null && (
        <> of {provider.quotaLimit.toLocaleString('en-US')} requests an hour</>
      )}
    </span>
  );
}

const columns: TableProps.ColumnDefinition<Provider>[] = [
  { id: 'name', header: 'Provider', cell: (provider) => provider.name, isRowHeader: true },
  { id: 'url', header: 'Address', cell: (provider) => <code>{provider.url}</code> },
  { id: 'token', header: 'Token', cell: (provider) => <TokenState provider={provider} />, minWidth: 130 },
  { id: 'account', header: 'Account', cell: (provider) => provider.account ?? '–', minWidth: 200 },
  { id: 'quota', header: 'Requests left', cell: (provider) => <Quota provider={provider} />, minWidth: 160 },
  {
    id: 'resets',
    header: 'Renewed',
    cell: (provider) => <Time at={provider.quotaResetsAt} />,
    minWidth: 180,
  },
];

interface Props {
  providers: Provider[];
  loading: boolean;
  onRefresh: () => void;
}

export function ProvidersTable({ providers, loading, onRefresh }: Props) {
  return (
    <Table
      items={providers}
      columnDefinitions={columns}
      trackBy="name"
      wrapLines
      loading={loading}
      loadingText="Asking the providers"
      header={
        <Header
          variant="h2"
          description={
            <>
              Where machines come from. Addresses and tokens are options of <code>ashlar serve</code>.
            </>
          }
          actions={<Button iconName="refresh" ariaLabel="Ask again" onClick={onRefresh} />}
        >
          Providers
        </Header>
      }
      empty={
        <Box textAlign="center">
          <code>ashlar serve</code> was started without a provider.
        </Box>
      }
      ariaLabels={{ tableLabel: 'Providers' }}
    />
  );
}
