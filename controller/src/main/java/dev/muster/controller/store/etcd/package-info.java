/**
 * The store in an etcd cluster, for several controllers or one whose machine may be lost. Two threads talk to etcd: one
 * takes requests in their order, and one renews leases, so that no backlog can make a controller lose its own.
 */
@NullMarked
package dev.muster.controller.store.etcd;

import org.jspecify.annotations.NullMarked;
