/** One reconciler per record kind: each turns what happened into records and effects, within the loop's turn. */
@NullMarked
package dev.muster.controller.reconcile;

import org.jspecify.annotations.NullMarked;
