import Badge from '@cloudscape-design/components/badge';
import BoxText from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { NodeIcon } from '../../../resource/panels/NodeState';
import { heldNodes } from '../model/held';
import { picture, type Bar, type Box, type Rack } from '../model/racks';
import type { KafkaSpec, KafkaStatus } from '../model/types';
import './racks.css';

/** Who keeps what where: zones as columns, brokers in them, and who leads the controllers. */
export function RacksPanel({ spec, status }: { spec: KafkaSpec; status: KafkaStatus | null }) {
  const drawn = useMemo(() => (status === null ? null : picture(status, heldNodes(spec))), [spec, status]);
  if (drawn === null || drawn.racks.length === 0)
    return (
      <Container header={<Header variant="h2">Topology</Header>}>
        <BoxText>No node has been observed yet.</BoxText>
      </Container>
    );
  const { controllers, racks } = drawn;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Leads and replicas are drawn beside the broker that has most of them; one that lags or fills up is marked."
        >
          Topology
        </Header>
      }
    >
      <SpaceBetween size="l">
        {controllers.length > 0 && (
          <section aria-label="Controllers">
            <h3 className="rack-name">Controllers</h3>
            <ul className="rack-row">
              {controllers.map((box) => (
                <NodeBox key={box.node.name} box={box} />
              ))}
            </ul>
          </section>
        )}
        <div className="racks">
          {racks.map((rack) => (
            <RackColumn key={rack.zone ?? ''} rack={rack} isOnly={racks.length === 1} />
          ))}
        </div>
      </SpaceBetween>
    </Container>
  );
}

function RackColumn({ rack: { zone, boxes }, isOnly }: { rack: Rack; isOnly: boolean }) {
  const name = zone === null ? (isOnly ? 'Brokers' : 'Without a zone') : `Zone ${zone}`;
  return (
    <section className="rack" aria-label={name}>
      <h3 className="rack-name">{name}</h3>
      <ul className="rack-row">
        {boxes.map((box) => (
          <NodeBox key={box.node.name} box={box} />
        ))}
      </ul>
    </section>
  );
}

function NodeBox({ box: { node, tone, isController, isHeld, bars } }: { box: Box }) {
  return (
    <li className={`rack-box rack-${tone}`}>
      <div className="rack-head">
        <NodeIcon node={node} />
        <strong className="breakable">{node.name}</strong>
        <span className="rack-marks">
          {isHeld && <Badge>held</Badge>}
          {node.leadsControllers ? (
            <Badge color="blue">active controller</Badge>
          ) : (
            isController && <Badge>controller</Badge>
          )}
        </span>
      </div>
      {node.error !== null && <div className="rack-error breakable">{node.error}</div>}
      <dl className="rack-bars">
        {bars.map((bar) => (
          <BarLine key={bar.label} bar={bar} />
        ))}
      </dl>
    </li>
  );
}

function BarLine({ bar: { label, text, share, tone } }: { bar: Bar }) {
  return (
    <div className="rack-bar">
      <dt>{label}</dt>
      <dd className="rack-track" aria-hidden="true">
        <span
          className={`rack-fill rack-fill-${tone}`}
          style={{ inlineSize: `${Math.round(share * 100)}%` }}
        />
      </dd>
      <dd className="rack-text">{text}</dd>
    </div>
  );
}
