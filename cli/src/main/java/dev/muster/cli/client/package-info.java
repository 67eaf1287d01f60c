/** The way to the controller: where it is, calls and their errors, submitting and following a job. */
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
