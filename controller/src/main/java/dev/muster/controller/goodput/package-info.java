/** Where a job's allocated accelerator time goes: pure ledgers whose buckets add up exactly, no I/O, no clock. */
@NullMarked
package dev.muster.controller.goodput;

import org.jspecify.annotations.NullMarked;
