/** Muster on this machine: a controller and agents as processes of their own, for {@code up} and {@code demo}. */
@NullMarked
package dev.muster.cli.local;

import org.jspecify.annotations.NullMarked;
