import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { problemOf } from '../../../api/problem';
import { useDeployRedisMutation, usePlanSpecMutation } from '../../../api/servers';
import type { PlanPreview, RedisCluster } from '../../../api/types';
import { usePermission } from '../../../app/usePermission';
import { NoPermissionPage } from '../../../pages/NoPermissionPage';
import { newIdempotencyKey } from '../../../parts/idempotency-key';
import { InternalLink } from '../../../parts/InternalLink';
import { Page } from '../../../parts/Page';
import { EditActions } from '../form/Actions';
import { PlanFault } from '../form/PlanFault';
import { PlanReview } from '../form/PlanReview';
import { SpecForm } from '../form/SpecForm';
import { useSpecEditor } from '../form/use-spec-editor';
import { newForm } from '../model/form';
import { specOfForm } from '../model/spec';
import { useHandover } from '../use-handover';

/** A plan as it was shown, with the request that it answers: what is accepted is what was seen. */
interface Review {
  readonly plan: PlanPreview;
  readonly cluster: RedisCluster;
  /** One key a review: a click that is repeated, or a request that is, deploys once. */
  readonly key: string;
}

export function CreatePage() {
  const { mayAct } = usePermission();
  return mayAct('create') ? <Create /> : <NoPermissionPage needed="servers:create" />;
}

function Create() {
  const navigate = useNavigate();
  const handOver = useHandover();
  const editor = useSpecEditor(newForm(), false);
  const [password, setPassword] = useState<string | null>(null);
  const [review, setReview] = useState<Review | null>(null);
  const [plan, planning] = usePlanSpecMutation();
  const [deploy, deploying] = useDeployRedisMutation();

  const ask = async () => {
    const cluster = { ...specOfForm(editor.form), systemPassword: password } as unknown as RedisCluster;
    editor.showFaults([]);
    try {
      const answer = await plan({ kind: 'redis', spec: cluster }).unwrap();
      setReview({ plan: answer, cluster, key: newIdempotencyKey() });
      window.scrollTo({ top: 0 });
    } catch (error) {
      editor.showFaults(problemOf(error).errors);
    }
  };
  const submit = async ({ plan: { generation }, cluster, key }: Review) => {
    try {
      handOver(await deploy({ cluster, key, ...(generation === null ? {} : { generation }) }).unwrap());
    } catch (error) {
      const { errors } = problemOf(error);
      if (errors.length === 0) return;
      editor.showFaults(errors);
      setReview(null);
    }
  };

  const crumbs = [{ text: 'Redis clusters', href: '/servers' }];
  if (review !== null)
    return (
      <PlanReview
        title={`Review ${review.plan.resourceName}`}
        crumbs={crumbs}
        plan={review.plan}
        submitLabel="Deploy Cluster"
        change={deploying}
        onSubmit={() => void submit(review)}
        onBack={() => setReview(null)}
      >
        <NameTaken plan={review.plan} />
      </PlanReview>
    );
  return (
    <Page
      title="Create Redis cluster"
      crumbs={crumbs}
      description="Nothing is made before you have seen the plan with its cost and accepted it."
    >
      <SpaceBetween size="l">
        <PlanFault error={planning.error} editor={editor} />
        <SpecForm editor={editor} exists={false} password={password} onPassword={setPassword} />
        <EditActions
          form={editor.form}
          planning={planning.isLoading}
          disabledReason={editor.broken ? 'The YAML has faults' : undefined}
          onPlan={() => void ask()}
          onCancel={() => void navigate('/servers')}
        />
      </SpaceBetween>
    </Page>
  );
}

/** Deploying to a name that exists changes that cluster; nobody should do so by mistake. */
function NameTaken({ plan }: { plan: PlanPreview }) {
  if (plan.resourceId === null) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header={`There is a cluster ${plan.resourceName} already`}
    >
      Deploying changes it to what you have filled in.{' '}
      <InternalLink href={`/servers/${plan.resourceId}`}>Look at it</InternalLink>, or go back and choose
      another name.
    </Alert>
  );
}
