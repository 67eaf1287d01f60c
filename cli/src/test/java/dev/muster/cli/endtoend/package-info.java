/**
 * The whole of Muster as its users run it: the programs of the distribution as processes, jobs that are real programs, and
 * {@code kill -9}. What a person would type is typed here.
 */
@NullMarked
package dev.muster.cli.endtoend;

import org.jspecify.annotations.NullMarked;
