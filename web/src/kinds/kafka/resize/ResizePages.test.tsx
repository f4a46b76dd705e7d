import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { serve, show } from '../../../testing/api';
import { catalogAnswers } from '../../../testing/catalog';
import { cluster, storedSpec } from '../testing';
import { UpgradePage } from './ResizePages';

const page = { path: '/kafka/upgrade/:id', at: '/kafka/upgrade/res_1' };

it('gives both roles larger machines', async () => {
  serve({ ...catalogAnswers, 'GET /api/infrastructure/kafka/res_1': () => ({ body: cluster() }) });
  show(<UpgradePage />, page);
  expect(await screen.findByText('Now: 3 nodes of s-1vcpu-1gb')).toBeVisible();
  expect(screen.getByText('Now: 3 nodes of s-2vcpu-4gb')).toBeVisible();
});

it('knows that controllers among the brokers have none of their own', async () => {
  const { broker } = storedSpec.desiredState.roles;
  const shared = cluster({
    spec: {
      ...storedSpec,
      type: 'kafka-cluster',
      desiredState: { roles: { controller: { count: 3 }, broker } },
    },
  });
  serve({ ...catalogAnswers, 'GET /api/infrastructure/kafka/res_1': () => ({ body: shared }) });
  show(<UpgradePage />, page);
  expect(await screen.findByText('Now: 3 nodes of s-2vcpu-4gb')).toBeVisible();
  expect(screen.queryByText('Controllers')).toBeNull();
});
