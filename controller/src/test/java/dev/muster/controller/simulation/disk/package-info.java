/** What survives a controller: the real store in memory, behind connections that are slow, fail, or leave one guessing. */
@NullMarked
package dev.muster.controller.simulation.disk;

import org.jspecify.annotations.NullMarked;
