/** The scheduler at work: its picture of the cluster kept in step with the records, its cycle run, its decisions recorded. */
@NullMarked
package dev.muster.controller.scheduling;

import org.jspecify.annotations.NullMarked;
