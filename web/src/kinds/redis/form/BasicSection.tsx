import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { ListField } from '../../../resource/form/ListField';
import { setType } from '../model/counts';
import { deploymentTypeOf, kDeploymentTypes, type ClusterType } from '../model/form';
import { hintAt } from '../model/hints';
import type { SectionProps } from './section';

/** Name, type, place. What only another cluster can have is fixed once the cluster exists. */
export function BasicSection({ editor, hints, regions, regionsLoading, exists }: SectionProps) {
  const { form, change, faults } = editor;
  const fixed = exists ? 'Fixed: only another cluster can have another.' : undefined;
  const openRegions = regions.filter(({ available }) => available);
  return (
    <Container header={<Header variant="h2">Basic configuration</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="Cluster name"
          description="Becomes the names of its machines."
          constraintText={fixed ?? hintAt(hints, 'name') ?? '3 to 40 lower-case letters, digits and hyphens.'}
          errorText={faults.get('name')}
        >
          <Input
            value={form.name}
            disabled={exists}
            placeholder="prod-redis-us-east"
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change((before) => ({ ...before, name: detail.value }))}
          />
        </FormField>
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
        <FormField label="Region" constraintText={fixed} errorText={faults.get('region')}>
          <Select
            selectedOption={
              form.region === ''
                ? null
                : {
                    value: form.region,
                    label: labelOf(form.region, regions.find(({ slug }) => slug === form.region)?.name),
                  }
            }
            disabled={exists}
            placeholder="Choose a region"
            options={openRegions.map(({ slug, name }) => ({ value: slug, label: labelOf(slug, name) }))}
            statusType={regionsLoading ? 'loading' : 'finished'}
            loadingText="Asking the provider for its regions"
            empty="The provider has no region that takes machines"
            filteringType="auto"
            filteringAriaLabel="Find a region"
            onChange={({ detail }) =>
              change((before) => ({ ...before, region: detail.selectedOption.value ?? '' }))
            }
          />
        </FormField>
        <FormField
          label={<>VPC UUID{!exists && <i> – optional</i>}</>}
          description="An existing private network. Left empty, one is made for the cluster."
          constraintText={fixed}
          errorText={faults.get('vpcUUID')}
        >
          <Input
            value={form.vpcUUID}
            disabled={exists}
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change((before) => ({ ...before, vpcUUID: detail.value }))}
          />
        </FormField>
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

const labelOf = (slug: string, name: string | undefined) => (name === undefined ? slug : `${slug} · ${name}`);
