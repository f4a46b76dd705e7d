import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { formatBytes } from '../../../parts/format';
import { useNow } from '../../../parts/useNow';
import { AddressText } from '../../../resource/panels/AddressText';
import { CertificateLeft } from '../../../resource/panels/CertificateLeft';
import { NodeState } from '../../../resource/panels/NodeState';
import { SurplusAlert } from '../../../resource/panels/SurplusAlert';
import { usePermission } from '../../../state/usePermission';
import { heldNodes } from '../model/held';
import { countOr, diskLeftInWords, isBroker, roleInWords } from '../model/nodes';
import type { KafkaNode, KafkaResource, KafkaStatus } from '../model/types';

interface Props {
  resource: KafkaResource;
  status: KafkaStatus | null;
  /** Opens the dialog that holds a node out of changes, or lets it go. */
  onHold: (node: string, isHeld: boolean) => void;
}

/** Every declared node with what is wrong with it, and the machines that are none of them. */
export function NodesPanel(props: Props) {
  return (
    <SpaceBetween size="m">
      <SurplusAlert machines={props.status?.surplus ?? []} />
      <Nodes {...props} />
    </SpaceBetween>
  );
}

const ofBroker = (node: KafkaNode, count: number | null) => (isBroker(node) ? countOr(count) : '–');

function Nodes({ resource, status, onHold }: Props) {
  const now = useNow(3_600_000);
  const held = heldNodes(resource.spec);
  const { mayAct } = usePermission();
  return (
    <Cards<KafkaNode>
      header={
        <Header variant="h2" counter={status === null ? undefined : `(${status.nodes.length})`}>
          Nodes
        </Header>
      }
      items={status?.nodes ?? []}
      trackBy="name"
      ariaLabels={{ itemSelectionLabel: (_, node) => node.name, selectionGroupLabel: 'Nodes' }}
      empty={<Box textAlign="center">No node has been observed yet.</Box>}
      cardsPerRow={[{ cards: 1 }, { minWidth: 560, cards: 2 }, { minWidth: 900, cards: 3 }]}
      cardDefinition={{
        header: ({ name }) => <NodeName name={name} isHeld={held.has(name)} />,
        sections: [
          { id: 'state', header: 'Status', content: (node) => <NodeState node={node} /> },
          { id: 'role', header: 'Role', width: 50, content: roleInWords },
          { id: 'zone', header: 'Zone', width: 50, content: ({ zone }) => zone ?? '–' },
          {
            id: 'private',
            header: 'Private address',
            width: 50,
            content: ({ name, privateAddress, port }) => (
              <AddressText host={privateAddress} port={port} what={`private address of ${name}`} />
            ),
          },
          {
            id: 'public',
            header: 'Public address',
            width: 50,
            content: ({ name, publicAddress }) => (
              <AddressText host={publicAddress} port={null} what={`public address of ${name}`} />
            ),
          },
          {
            id: 'size',
            header: 'Size',
            width: 50,
            content: ({ size, machineSize }) =>
              machineSize == null || machineSize === size ? size : `${machineSize}, declared ${size}`,
          },
          { id: 'number', header: 'Kafka’s number', width: 50, content: ({ number }) => number },
          { id: 'leaders', header: 'Leads', width: 50, content: (node) => ofBroker(node, node.leaders) },
          { id: 'replicas', header: 'Replicas', width: 50, content: (node) => ofBroker(node, node.replicas) },
          {
            id: 'late',
            header: 'Not in sync',
            width: 50,
            content: (node) => ofBroker(node, node.notInSync),
          },
          {
            id: 'data',
            header: 'Data',
            width: 50,
            content: ({ logBytes }) => (logBytes === null ? '–' : formatBytes(logBytes)),
          },
          { id: 'disk', header: 'Disk left', width: 50, content: diskLeftInWords },
          {
            id: 'certificate',
            header: 'Certificate',
            width: 50,
            content: ({ certificate }) => <CertificateLeft expiresAt={certificate.expiresAt} now={now} />,
          },
          {
            id: 'changes',
            header: 'Changes',
            content: ({ name }) => (
              <Changes
                name={name}
                isHeld={held.has(name)}
                mayChange={mayAct('update')}
                onHold={(isHeld) => onHold(name, isHeld)}
              />
            ),
          },
        ],
      }}
    />
  );
}

function NodeName({ name, isHeld }: { name: string; isHeld: boolean }) {
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <span className="breakable">{name}</span>
      {isHeld && <Badge>held</Badge>}
    </SpaceBetween>
  );
}

interface ChangesProps {
  name: string;
  isHeld: boolean;
  mayChange: boolean;
  onHold: (isHeld: boolean) => void;
}

/** Whether changes are for the node, too, and the way to change that. */
function Changes({ name, isHeld, mayChange, onHold }: ChangesProps) {
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <span>{isHeld ? 'Held out of changes' : 'Takes part'}</span>
      <Button
        variant="inline-link"
        ariaLabel={isHeld ? `Let ${name} go` : `Hold ${name} out of changes`}
        disabled={!mayChange}
        disabledReason="Needs the permission servers:update"
        onClick={() => onHold(!isHeld)}
      >
        {isHeld ? 'Let go' : 'Hold out'}
      </Button>
    </SpaceBetween>
  );
}
