/**
 * The port to the durable store: revisioned reads, compare-and-commit, watches from a revision, leases. Its shape is the
 * part of etcd that a small embedded store can honour as well, so that both pass one contract suite.
 */
@NullMarked
package dev.muster.controller.store;

import org.jspecify.annotations.NullMarked;
