/** A job against random failures on virtual time: the real life cycle and the real ledger, beside the known formulas. */
@NullMarked
package dev.muster.controller.reliability;

import org.jspecify.annotations.NullMarked;
