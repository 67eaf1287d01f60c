package dev.muster.controller.kubernetes.nodes;

import dev.muster.scheduler.cluster.ClusterSpec;

/** What Queue and ClusterTopology objects say together: how the cluster is shared, and where its nodes lie. */
public record ClusterShape(ClusterSpec cluster, NodeRules rules) {}
