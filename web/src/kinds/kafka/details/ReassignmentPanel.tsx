import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { skipToken } from '@reduxjs/toolkit/query';
import { useGetOperationQuery } from '../../../api/operations';
import { usePermission } from '../../../state/usePermission';
import {
  copiedInWords,
  moversInWords,
  percentOf,
  rateInWords,
  reassignmentOf,
  timeLeftInWords,
  type Reassignment,
} from '../model/reassignment';
import type { KafkaResource, KafkaStatus } from '../model/types';

interface Props {
  resource: KafkaResource;
  status: KafkaStatus | null;
  onThrottle: () => void;
}

/** Replicas that move from broker to broker; nothing while none do. */
export function ReassignmentPanel({ resource, status, onThrottle }: Props) {
  // The notice of the operation, on the same page, keeps it fresh.
  const { currentData: operation } = useGetOperationQuery(resource.currentOperationId ?? skipToken);
  const { mayAct } = usePermission();
  const moving = reassignmentOf(status, operation);
  if (moving === null) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            moving.isOurs
              ? 'Clients stay connected meanwhile.'
              : 'No operation of Ashlar moves them: this is what was seen at the last look.'
          }
          actions={
            moving.isOurs && (
              <Button
                onClick={onThrottle}
                disabled={!mayAct('throttle')}
                disabledReason="Needs the permission servers:throttle"
              >
                Change the bound
              </Button>
            )
          }
        >
          {moving.isUndone ? 'Replicas move back' : 'Replicas are moving'}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Copied moving={moving} />
        <Facts moving={moving} wanted={resource.spec.reassignmentBytesPerSecond} />
      </SpaceBetween>
    </Container>
  );
}

function Copied({ moving }: { moving: Reassignment }) {
  const percent = percentOf(moving);
  if (percent === null) return null;
  return <ProgressBar value={percent} label="Copied" description={copiedInWords(moving)} />;
}

function Facts({ moving, wanted }: { moving: Reassignment; wanted: number }) {
  const own = [
    { label: 'Time left', value: timeLeftInWords(moving) },
    { label: 'Bound', value: <Bound inForce={moving.bytesPerSecond} wanted={wanted} /> },
  ];
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Partitions left', value: moving.partitions.toLocaleString('en-US') },
          ...(moving.isOurs ? own : []),
        ]}
      />
      <KeyValuePairs
        columns={2}
        items={[
          { label: 'Brokers that receive', value: <Movers movers={moving.receiving} /> },
          { label: 'Brokers that give', value: <Movers movers={moving.giving} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Movers({ movers }: { movers: Reassignment['receiving'] }) {
  return moversInWords(movers).map((line) => (
    <div key={line} className="breakable">
      {line}
    </div>
  ));
}

/** A new bound is in force within seconds, when the step looks next. */
function Bound({ inForce, wanted }: { inForce: number | null; wanted: number }) {
  return (
    <>
      {rateInWords(inForce)}
      {inForce !== wanted && (
        <Box variant="small" color="text-body-secondary" display="block">
          Within seconds: {rateInWords(wanted)}
        </Box>
      )}
    </>
  );
}
