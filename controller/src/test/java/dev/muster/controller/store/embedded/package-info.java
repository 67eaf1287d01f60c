/** The embedded store against the contract, and against kill -9, full disks and damaged files. */
@NullMarked
package dev.muster.controller.store.embedded;

import org.jspecify.annotations.NullMarked;
