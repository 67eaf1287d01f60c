@NullMarked
package dev.muster.cli.simulation;

import org.jspecify.annotations.NullMarked;
