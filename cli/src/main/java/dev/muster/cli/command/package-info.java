/** The verbs, one class each, and how the words of a command line find them. */
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
