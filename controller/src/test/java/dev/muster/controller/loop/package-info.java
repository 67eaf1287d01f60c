/** The loop step by step, without threads, and a loop on injected time for everybody's tests. */
@NullMarked
package dev.muster.controller.loop;

import org.jspecify.annotations.NullMarked;
