import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Copy } from '../../../parts/Copy';
import { formatCount } from '../../../parts/format';
import { Lines } from '../../../parts/Lines';
import { Age, Time } from '../../../parts/Time';
import { healPolicies } from '../../../resource/heal';
import { endingCertificates } from '../model/held';
import { isBroker } from '../model/nodes';
import { namedPartitions } from '../model/partitions';
import type { KafkaResource, KafkaSpec, KafkaStatus } from '../model/types';
import { typeWords } from '../model/words';
import { ReassignmentPanel } from './ReassignmentPanel';

interface Props {
  resource: KafkaResource;
  status: KafkaStatus | null;
}

/** The cluster at a glance; how it is and what it costs stands above, for any kind. */
export function OverviewPanel({ resource, status, onThrottle }: Props & { onThrottle: () => void }) {
  return (
    <SpaceBetween size="l">
      <EndingCertificates lines={endingCertificates(status?.drift ?? [])} />
      <ReassignmentPanel resource={resource} status={status} onThrottle={onThrottle} />
      <KeyFigures status={status} />
      <Endpoints status={status} />
      <Declared resource={resource} status={status} />
    </SpaceBetween>
  );
}

/** Renewals pass held nodes by, so that somebody has to let them go. */
function EndingCertificates({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header="Certificates of held nodes are not renewed"
    >
      <Lines lines={lines} name="" />
    </Alert>
  );
}

function KeyFigures({ status }: { status: KafkaStatus | null }) {
  const partitions = status?.partitions ?? null;
  const brokers = status?.nodes.filter(isBroker) ?? [];
  const working = brokers.filter(({ state, error }) => state === 'active' && error === null).length;
  return (
    <Container header={<Header variant="h2">Key figures</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Active controller', value: status?.activeController ?? '–' },
          {
            label: 'Brokers',
            value: status === null ? '–' : `${working} of ${brokers.length} work`,
          },
          {
            label: 'Partitions',
            value: partitions === null ? '–' : partitions.count.toLocaleString('en-US'),
          },
          {
            label: 'Offline partitions',
            value: <Finding finding={partitions?.offline ?? null} look="error" />,
          },
          {
            label: 'Under-replicated partitions',
            value: <Finding finding={partitions?.underReplicated ?? null} look="warning" />,
          },
          {
            label: 'Partitions that cannot be written',
            value: <Finding finding={partitions?.underMinInSync ?? null} look="error" />,
          },
          {
            label: 'Topics',
            value: status?.topics == null ? '–' : status.topics.length.toLocaleString('en-US'),
          },
          {
            label: 'Consumer groups',
            value:
              status?.consumerGroups == null ? '–' : status.consumerGroups.length.toLocaleString('en-US'),
          },
        ]}
      />
    </Container>
  );
}

interface FindingProps {
  finding: NonNullable<KafkaStatus['partitions']>['offline'] | null;
  look: 'error' | 'warning';
}

/** How many, and which of them. */
function Finding({ finding, look }: FindingProps) {
  if (finding === null) return <>–</>;
  if (finding.count === 0) return <StatusIndicator type="success">None</StatusIndicator>;
  return (
    <>
      <div>
        <StatusIndicator type={look}>{finding.count.toLocaleString('en-US')}</StatusIndicator>
      </div>
      <Box variant="small" color="text-body-secondary">
        <span className="breakable">{namedPartitions(finding)}</span>
      </Box>
    </>
  );
}

function Endpoints({ status }: { status: KafkaStatus | null }) {
  const bootstrap = status?.connection?.bootstrap ?? [];
  if (bootstrap.length === 0) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Clients begin at any of the brokers, and learn of the others there."
        >
          Endpoints
        </Header>
      }
    >
      <Copy variant="inline" text={bootstrap.join(',')} label="Copy the bootstrap addresses" />
    </Container>
  );
}

function nodesDeclared({ desiredState: { roles }, type }: KafkaSpec): string {
  const brokers = formatCount(roles.broker.count, 'broker');
  const controllers = formatCount(roles.controller.count, 'controller');
  if (type === 'kafka-prod') return `${controllers}, ${brokers}`;
  return `${brokers}, ${roles.controller.count} of them ${roles.controller.count === 1 ? 'a controller' : 'controllers'}`;
}

function Declared({ resource, status }: Props) {
  const { spec } = resource;
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Type', value: typeWords[spec.type].label },
          { label: 'Region', value: spec.region },
          { label: 'Nodes declared', value: nodesDeclared(spec) },
          { label: 'Kafka', value: status?.version ?? spec.version },
          { label: 'Metadata', value: status?.metadataVersion ?? '–' },
          { label: 'TLS', value: spec.enableTLS ? 'On' : 'Off' },
          { label: 'Heal policy', value: healPolicies[spec.heal].label },
          { label: 'VPC', value: status?.vpcUUID ?? spec.vpcUUID ?? 'Its own' },
          {
            label: 'Client networks',
            value: spec.clientRanges.length === 0 ? 'None' : spec.clientRanges.join(', '),
          },
          { label: 'Created', value: <Time at={resource.createdAt} /> },
          { label: 'Observed', value: status === null ? '–' : <Age at={status.observedAt} /> },
          { label: 'Generation', value: String(resource.generation) },
          { label: 'Id', value: <code className="identifier">{resource.id}</code> },
        ]}
      />
    </Container>
  );
}
