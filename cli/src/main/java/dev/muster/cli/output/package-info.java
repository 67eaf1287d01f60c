/** What a command prints: tables for people, JSON and YAML for scripts, and no control character from anybody's data. */
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;
