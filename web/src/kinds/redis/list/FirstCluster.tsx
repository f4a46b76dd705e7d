import './first-cluster.css';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useNavigate } from 'react-router';

const steps: readonly { title: string; text: string }[] = [
  { title: 'Begin', text: 'Choose Create. Nothing is made until you have seen the plan and accepted it.' },
  {
    title: 'Say what it is',
    text: 'A name such as prod-redis-us-east, the type Sentinel for high availability, and a region. VPC and password may stay empty: both are then made for you.',
  },
  {
    title: 'Choose the nodes',
    text: '3 masters, 3 replicas and 3 sentinels are a good beginning; the form starts with them.',
  },
  {
    title: 'Turn TLS on and deploy',
    text: 'The plan says what is made, what it costs a month and how long it takes.',
  },
  {
    title: 'Watch, then connect',
    text: 'Each step is shown as it happens. The cluster’s page has connection strings, certificates and the topology.',
  },
];

/** In place of an empty list. */
export function FirstCluster({ mayCreate }: { mayCreate: boolean }) {
  const navigate = useNavigate();
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="There is no cluster yet. These are the steps to a Redis that survives the loss of any one machine."
        >
          Your first cluster
        </Header>
      }
    >
      <ol className="first-cluster">
        {steps.map(({ title, text }) => (
          <li key={title}>
            <Box variant="h3">{title}</Box>
            <Box variant="p">{text}</Box>
          </li>
        ))}
      </ol>
      <Button
        variant="primary"
        disabled={!mayCreate}
        disabledReason="Your token lacks the permission servers:create."
        onClick={() => void navigate('/servers/create')}
      >
        Create your first cluster
      </Button>
    </Container>
  );
}
