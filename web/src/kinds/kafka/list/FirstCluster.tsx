import { createHref } from '../../../resource/kind';
import { FirstSteps } from '../../../resource/list/FirstSteps';
import { kafka } from '../model/names';

const steps = [
  { title: 'Begin', text: 'Choose Create. Nothing is made until you have seen the plan and accepted it.' },
  {
    title: 'Say what it is',
    text: 'A name such as prod-kafka-us-east, a type, and a region. Production has controllers of its own; a single node does for development.',
  },
  {
    title: 'Choose the nodes',
    text: '3 controllers and 3 brokers are a good beginning; the form starts with them.',
  },
  {
    title: 'Name topics and users',
    text: 'Each topic with its partitions, each user with what it may do. Passwords are made for you unless you give one.',
  },
  {
    title: 'Deploy, then connect',
    text: 'The plan says what is made, what it costs a month and how long it takes. The cluster’s page has the addresses and code for clients.',
  },
];

/** In place of an empty list. */
export function FirstCluster() {
  return (
    <FirstSteps
      noun={kafka.noun.one}
      description="There is no cluster yet. These are the steps to a Kafka that survives the loss of any one machine."
      steps={steps}
      createHref={createHref(kafka)}
    />
  );
}
