import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { NameField } from '../../../resource/form/NameField';
import { RegionField } from '../../../resource/form/RegionField';
import { VpcField } from '../../../resource/form/VpcField';
import { redis } from '../model/names';
import { ListField } from '../../../resource/form/ListField';
import { setType } from '../model/counts';
import { deploymentTypeOf, kDeploymentTypes, type ClusterType } from '../model/form';
import { hintAt } from '../../../resource/form/hints';
import type { SectionProps } from './section';

/** Name, type, place. What only another cluster can have is fixed once the cluster exists. */
export function BasicSection({ editor, hints, regions, regionsLoading, exists }: SectionProps) {
  const { form, change, faults } = editor;
  const fixed = exists ? 'Fixed: only another cluster can have another.' : undefined;
  return (
    <Container header={<Header variant="h2">Basic configuration</Header>}>
      <SpaceBetween size="l">
        <NameField
          label="Cluster name"
          name={form.name}
          placeholder="prod-redis-us-east"
          hint={hintAt(hints, 'name')}
          fixed={fixed}
          fault={faults.get('name')}
          onChange={(name) => change((before) => ({ ...before, name }))}
        />
        <FormField label="Cluster type" constraintText={fixed} errorText={faults.get('type')} stretch>
          <Tiles
            value={form.type}
            onChange={({ detail }) => change((before) => setType(before, detail.value as ClusterType))}
            items={[
              {
                value: 'sentinel',
                label: 'Sentinel cluster',
                description: 'Masters with replicas, watched by sentinels that let a replica take over.',
                disabled: exists,
              },
              {
                value: 'single',
                label: 'Single node',
                description: 'One Redis, for development. It is gone while its machine is.',
                disabled: exists,
              },
            ]}
          />
        </FormField>
        <FormField
          label="Deployment type"
          description="Production types encrypt and write every change to disk unless told otherwise."
          errorText={faults.get('deploymentType')}
        >
          <Select
            selectedOption={{ value: deploymentTypeOf(form), label: deploymentTypeOf(form) }}
            options={kDeploymentTypes[form.type].map((value) => ({ value, label: value }))}
            onChange={({ detail }) =>
              change((before) => ({ ...before, deploymentType: detail.selectedOption.value ?? null }))
            }
          />
        </FormField>
        <RegionField
          region={form.region}
          regions={regions}
          loading={regionsLoading}
          fixed={fixed}
          fault={faults.get('region')}
          onChange={(region) => change((before) => ({ ...before, region }))}
        />
        <VpcField
          vpcUUID={form.vpcUUID}
          noun={redis.noun.one}
          fixed={fixed}
          fault={faults.get('vpcUUID')}
          onChange={(vpcUUID) => change((before) => ({ ...before, vpcUUID }))}
        />
        <ListField
          label="Target clusters"
          description="Labels of what the cluster is for."
          entry="target cluster"
          path="targetClusters"
          placeholder="redis-sentinel-cluster-1"
          most={50}
          values={form.targetClusters}
          faults={faults}
          onChange={(targetClusters) => change((before) => ({ ...before, targetClusters }))}
        />
      </SpaceBetween>
    </Container>
  );
}
