import { createHref } from '../../../resource/kind';
import { FirstSteps } from '../../../resource/list/FirstSteps';
import { redis } from '../model/names';

const steps = [
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
export function FirstCluster() {
  return (
    <FirstSteps
      noun={redis.noun.one}
      description="There is no cluster yet. These are the steps to a Redis that survives the loss of any one machine."
      steps={steps}
      createHref={createHref(redis)}
    />
  );
}
