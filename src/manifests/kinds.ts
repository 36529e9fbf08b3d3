import { argoWorkflows } from './kinds/argo.js';
import { flink } from './kinds/flink.js';
import { inferenceService } from './kinds/kserve.js';
import { openTelemetryCollector } from './kinds/opentelemetry.js';
import { prometheusFamily } from './kinds/prometheus.js';
import { spark } from './kinds/spark.js';
import { tekton } from './kinds/tekton.js';
import type { FoundObject, FoundPod, Gathered } from './pods.js';
import type { Cursor } from './tree.js';

/** The pods of an object that are not pod specs beside their own metadata. Claims what it has read. */
export type Rule = (root: Cursor, object: FoundObject, gathered: Gathered) => readonly FoundPod[];

/**
 * The kinds with images outside of pod specs, by their group: a kind's name alone decides nothing, since Volcano
 * has a Job and Kruise a DaemonSet. What is not here is searched for pod specs only.
 */
const RULES: Readonly<Record<string, Rule>> = {
  'sparkoperator.k8s.io/SparkApplication': (root, object) => spark(root.get('spec'), object),
  'sparkoperator.k8s.io/ScheduledSparkApplication': (root, object) =>
    spark(root.get('spec').get('template'), object),
  'argoproj.io/Workflow': (root, object) => argoWorkflows(root.get('spec'), object),
  'argoproj.io/WorkflowTemplate': (root, object) => argoWorkflows(root.get('spec'), object),
  'argoproj.io/ClusterWorkflowTemplate': (root, object) => argoWorkflows(root.get('spec'), object),
  'argoproj.io/CronWorkflow': (root, object) => argoWorkflows(root.get('spec').get('workflowSpec'), object),
  'tekton.dev/Task': tekton,
  'tekton.dev/ClusterTask': tekton,
  'tekton.dev/TaskRun': tekton,
  'tekton.dev/Pipeline': tekton,
  'tekton.dev/PipelineRun': tekton,
  'tekton.dev/StepAction': tekton,
  'monitoring.coreos.com/Prometheus': prometheusFamily,
  'monitoring.coreos.com/PrometheusAgent': prometheusFamily,
  'monitoring.coreos.com/Alertmanager': prometheusFamily,
  'monitoring.coreos.com/ThanosRuler': prometheusFamily,
  'opentelemetry.io/OpenTelemetryCollector': openTelemetryCollector,
  'flink.apache.org/FlinkDeployment': (root, object) => flink(root.get('spec'), object),
  'flink.apache.org/FlinkBlueGreenDeployment': (root, object) =>
    flink(root.get('spec').get('template').get('spec'), object),
  'serving.kserve.io/InferenceService': inferenceService,
};

/** The rule of an object's kind, where it has one. */
export function findRule({ group, kind }: FoundObject): Rule | undefined {
  const name = `${group}/${kind}`;
  return Object.hasOwn(RULES, name) ? RULES[name] : undefined;
}

/** Whether an object is a pod itself, so that its own metadata are the pod's. */
export function hasOwnPodMetadata({ group, kind }: FoundObject): boolean {
  return (group === '' && kind === 'Pod') || (group === 'serving.knative.dev' && kind === 'Revision');
}
