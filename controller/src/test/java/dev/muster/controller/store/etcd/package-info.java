/** The store against real etcd servers. */
@NullMarked
package dev.muster.controller.store.etcd;

import org.jspecify.annotations.NullMarked;
