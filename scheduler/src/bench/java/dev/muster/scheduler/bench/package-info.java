/** How fast the scheduler decides, and how much memory it takes. Run by hand: see CONTRIBUTING.md. */
@NullMarked
package dev.muster.scheduler.bench;

import org.jspecify.annotations.NullMarked;
