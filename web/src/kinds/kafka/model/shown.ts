// Which fields of a spec the form shows, by their paths.

const shown = [
  /^(name|type|region|vpcUUID|enableTLS|version|prune|heal|topics|users|reassignmentBytesPerSecond)$/,
  /^clientRanges(\[\d+\])?$/,
  /^defaults\.(partitions|replicationFactor|minInsyncReplicas|retentionHours|retentionBytes)$/,
  /^desiredState\.roles\.(controller|broker)\.(count|size|nodes)$/,
  /^desiredState\.roles\.(controller|broker)\.nodes\[\d+\](\.(id|size|number|zone|held|tags(\[\d+\])?))?$/,
  /^topics\[\d+\](\.|$)/,
  /^users\[\d+\](\.|$)/,
];

export const isShown = (path: string): boolean => shown.some((pattern) => pattern.test(path));
